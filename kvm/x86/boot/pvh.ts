/** struct hvm_start_info, which a kernel entered by its PVH note finds in EBX (Xen, public/arch-x86/hvm/start_info.h). */
import { array, struct, u32, u64 } from '../../struct.ts';
import { type E820Entry, MEMORY_TYPES } from './boot-params.ts';

const XEN_HVM_START_MAGIC = 0x336e_c578;

const hvm_start_info = struct({
  magic: u32,
  version: u32,
  flags: u32,
  nr_modules: u32,
  modlist_paddr: u64,
  cmdline_paddr: u64,
  rsdp_paddr: u64,
  memmap_paddr: u64,
  memmap_entries: u32,
  reserved: u32,
});
const hvm_modlist_entry = struct({ paddr: u64, size: u64, cmdline_paddr: u64, reserved: u64 });
const hvm_memmap_table_entry = struct({ addr: u64, size: u64, type: u32, reserved: u32 });

export interface StartInfo {
  /** Where the structure will lie; what it points at follows. */
  readonly address: number;
  readonly commandLineAddress: number;
  readonly rsdpAddress: number;
  readonly ramDisk: { readonly address: number; readonly size: number } | undefined;
  readonly memoryMap: readonly E820Entry[];
}

export function startInfo(options: StartInfo): Uint8Array {
  const { address, memoryMap, ramDisk } = options;
  const modules = ramDisk === undefined ? [] : [{ paddr: BigInt(ramDisk.address), size: BigInt(ramDisk.size) }];
  const map = memoryMap.map((entry) => ({
    addr: BigInt(entry.address),
    size: BigInt(entry.size),
    type: MEMORY_TYPES[entry.type],
  }));
  const all = struct({
    info: hvm_start_info,
    modules: array(hvm_modlist_entry, modules.length),
    map: array(hvm_memmap_table_entry, map.length),
  });
  return all.encode({
    info: {
      magic: XEN_HVM_START_MAGIC,
      version: 1,
      nr_modules: modules.length,
      modlist_paddr: BigInt(modules.length === 0 ? 0 : address + all.offsets.modules),
      cmdline_paddr: BigInt(options.commandLineAddress),
      rsdp_paddr: BigInt(options.rsdpAddress),
      memmap_paddr: BigInt(address + all.offsets.map),
      memmap_entries: map.length,
    },
    modules,
    map,
  });
}
