/** What a kernel module says about itself: the section .modinfo of its ELF file, strings `name=value` (Linux, include/linux/moduleinfo.h). */

export interface ModuleInfo {
  readonly name: string;
  /** Names of the modules that it needs. */
  readonly depends: readonly string[];
  /** What it is asked for by, besides its name: `fs-ext4`, `virtio:d00000002v*`. */
  readonly aliases: readonly string[];
}

// ELF-64: the header's fields, and those of a section header.
const E_SHOFF = 40;
const E_SHENTSIZE = 58;
const E_SHNUM = 60;
const E_SHSTRNDX = 62;
const SH_OFFSET = 24;
const SH_SIZE = 32;

/** @throws RangeError when the file is no ELF with such a section. */
export function readModuleInfo(module: Uint8Array): ModuleInfo {
  const values = (name: string) =>
    section(module, '.modinfo')
      .split('\0')
      .filter((each) => each.startsWith(`${name}=`))
      .map((each) => each.slice(name.length + 1));
  const [name] = values('name');
  if (name === undefined) throw new RangeError('the module does not tell its name');
  return {
    name,
    depends: values('depends')
      .flatMap((list) => list.split(','))
      .filter(Boolean),
    aliases: values('alias'),
  };
}

function section(file: Uint8Array, wanted: string): string {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const [table, size] = [Number(view.getBigUint64(E_SHOFF, true)), view.getUint16(E_SHENTSIZE, true)];
  const contents = (index: number): string => {
    const header = table + index * size;
    const [offset, length] = [SH_OFFSET, SH_SIZE].map((field) => Number(view.getBigUint64(header + field, true)));
    return String(Buffer.from(file.buffer, file.byteOffset + offset!, length));
  };
  const names = contents(view.getUint16(E_SHSTRNDX, true));
  for (let index = 0; index < view.getUint16(E_SHNUM, true); index++) {
    const start = view.getUint32(table + index * size, true);
    if (names.slice(start, names.indexOf('\0', start)) === wanted) return contents(index);
  }
  throw new RangeError(`the module has no section ${wanted}`);
}
