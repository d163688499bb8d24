/** The tables by which a kernel finds processors, devices and the way off (ACPI 6.4, chapter 5), of the hardware-reduced kind. */
import { array, bytes, struct, u8, u16, u32 } from '../../struct.ts';
import { IO_APIC_ADDRESS, LOCAL_APIC_ADDRESS } from '../memory-map.ts';
import { dsdtBody } from './dsdt.ts';
import { RESET_PORT, RESET_VALUE, SLEEP_CONTROL_PORT, SLEEP_STATUS_PORT } from './registers.ts';

export interface AcpiOptions {
  /** Where the tables will lie; the root pointer comes first. */
  readonly address: number;
  readonly vcpus: number;
  readonly virtio: readonly VirtioSlot[];
}

export interface VirtioSlot {
  readonly address: number;
  readonly irq: number;
}

const text = (value: string) => new TextEncoder().encode(value);

const header = struct({
  signature: bytes(4),
  length: u32,
  revision: u8,
  checksum: u8,
  oemId: bytes(6),
  oemTableId: bytes(8),
  oemRevision: u32,
  creatorId: bytes(4),
  creatorRevision: u32,
});

/** RSDP, revision 2 (5.2.5.3). */
const RSDP_SIZE = 36;
const RSDP_OLD_SIZE = 20;

// Generic address structures (5.2.3.2): space, width, offset, access size, address.
const SYSTEM_IO = 1;
const ACCESS_BYTE = 1;

/** FADT, revision 6 (5.2.9): those of its fields that are not zero. */
const FADT_SIZE = 276;
const FADT_DSDT = 40;
const FADT_BOOT_ARCHITECTURE = 109;
const FADT_FLAGS = 112;
const FADT_RESET_REG = 116;
const FADT_RESET_VALUE = 128;
const FADT_MINOR_REVISION = 131;
const FADT_X_DSDT = 140;
const FADT_SLEEP_CONTROL = 244;
const FADT_SLEEP_STATUS = 256;

const BOOT_LEGACY_DEVICES = 1 << 0;
const BOOT_NO_VGA = 1 << 2;
const BOOT_NO_MSI = 1 << 3;
const BOOT_NO_ASPM = 1 << 4;
const FLAG_WBINVD = 1 << 0;
const FLAG_RESET_REG = 1 << 10;
const FLAG_HEADLESS = 1 << 12;
const FLAG_HW_REDUCED = 1 << 20;

/** The tables' bytes, to be put at `address`. */
export function acpiTables({ address, vcpus, virtio }: AcpiOptions): Uint8Array {
  const parts: { readonly at: number; readonly table: Uint8Array }[] = [];
  let next = address + alignUp(RSDP_SIZE);
  const place = (table: Uint8Array): number => {
    const at = next;
    parts.push({ at, table });
    next += alignUp(table.length);
    return at;
  };
  const dsdt = place(table('DSDT', 2, dsdtBody(virtio)));
  const fadtAt = place(fadt(dsdt));
  const madtAt = place(madt(vcpus));
  const xsdt = place(table('XSDT', 1, new Uint8Array(new BigUint64Array([fadtAt, madtAt].map(BigInt)).buffer)));
  parts.push({ at: address, table: rsdp(xsdt) });

  const all = new Uint8Array(next - address);
  for (const { at, table: each } of parts) all.set(each, at - address);
  return all;
}

/** A table with its header and checksum. */
function table(signature: string, revision: number, body: Uint8Array): Uint8Array {
  const result = header.encode(
    {
      signature: text(signature),
      length: header.size + body.length,
      revision,
      oemId: text('TYPEVI'),
      oemTableId: text('TYPEVISR'),
      oemRevision: 1,
      creatorId: text('TYPV'),
      creatorRevision: 1,
    },
    body.length,
  );
  result.set(body, header.size);
  result[header.offsets.checksum] = checksum(result);
  return result;
}

function rsdp(xsdt: number): Uint8Array {
  const result = new Uint8Array(RSDP_SIZE);
  result.set(text('RSD PTR '), 0);
  result.set(text('TYPEVI'), 9);
  result[15] = 2;
  result[20] = RSDP_SIZE;
  new DataView(result.buffer).setBigUint64(24, BigInt(xsdt), true);
  result[8] = checksum(result.subarray(0, RSDP_OLD_SIZE));
  result[32] = checksum(result);
  return result;
}

function fadt(dsdt: number): Uint8Array {
  const body = new Uint8Array(FADT_SIZE - header.size);
  const view = new DataView(body.buffer);
  const at = (offset: number) => offset - header.size;
  const register = (offset: number, port: number) => {
    body.set([SYSTEM_IO, 8, 0, ACCESS_BYTE], at(offset));
    view.setBigUint64(at(offset) + 4, BigInt(port), true);
  };
  view.setUint32(at(FADT_DSDT), dsdt, true);
  view.setUint16(at(FADT_BOOT_ARCHITECTURE), BOOT_LEGACY_DEVICES | BOOT_NO_VGA | BOOT_NO_MSI | BOOT_NO_ASPM, true);
  view.setUint32(at(FADT_FLAGS), FLAG_WBINVD | FLAG_RESET_REG | FLAG_HEADLESS | FLAG_HW_REDUCED, true);
  register(FADT_RESET_REG, RESET_PORT);
  body[at(FADT_RESET_VALUE)] = RESET_VALUE;
  body[at(FADT_MINOR_REVISION)] = 4;
  view.setBigUint64(at(FADT_X_DSDT), BigInt(dsdt), true);
  register(FADT_SLEEP_CONTROL, SLEEP_CONTROL_PORT);
  register(FADT_SLEEP_STATUS, SLEEP_STATUS_PORT);
  return table('FACP', 6, body);
}

// Interrupt controller structures of the MADT (5.2.12.2, .3, .5, .7).
const localApic = struct({ type: u8, length: u8, processor: u8, id: u8, flags: u32 });
const ioApic = struct({ type: u8, length: u8, id: u8, reserved: u8, address: u32, base: u32 });
const override = struct({ type: u8, length: u8, bus: u8, source: u8, gsiAndFlags: array(u16, 3) });
const localApicNmi = struct({ type: u8, length: u8, processor: u8, flagsAndInput: bytes(3) });

const MADT_PCAT_COMPAT = 1;
const LOCAL_APIC_ENABLED = 1;
const ALL_PROCESSORS = 0xff;

function madt(vcpus: number): Uint8Array {
  const processors = Array.from({ length: vcpus }, (_, id) =>
    localApic.encode({ type: 0, length: 8, processor: id, id, flags: LOCAL_APIC_ENABLED }),
  );
  const structures = [
    new Uint8Array(new Uint32Array([LOCAL_APIC_ADDRESS, MADT_PCAT_COMPAT]).buffer),
    ...processors,
    ioApic.encode({ type: 1, length: 12, id: 0, address: IO_APIC_ADDRESS, base: 0 }),
    // The PIT is at input 2, and the rest of ISA at its own numbers.
    override.encode({ type: 2, length: 10, bus: 0, source: 0, gsiAndFlags: [2, 0, 0] }),
    // LINT1 of each is the NMI.
    localApicNmi.encode({ type: 4, length: 6, processor: ALL_PROCESSORS, flagsAndInput: Uint8Array.of(0, 0, 1) }),
  ];
  return table('APIC', 5, concat(structures));
}

/** What makes the sum of all bytes 0. */
function checksum(table: Uint8Array): number {
  return -table.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function alignUp(length: number): number {
  return Math.ceil(length / 16) * 16;
}
