import { compress } from '../../isa/compressed.ts';
import { encode } from '../../isa/encode.ts';
import { applyRelocation, isRelative, RelocationError } from '../linker/relocate.ts';
import type { FrameRow, LineRow, ObjectFile, ObjectSymbol, Relocation, RelocationType, Section } from '../object.ts';
import type { Context } from './context.ts';
import { checkWidth } from './data-directives.ts';
import { evaluate, type Value } from './expressions.ts';
import {
  type AlignFragment,
  type BranchFragment,
  distanceAfterLayout,
  type Fixup,
  offsetOf,
  type SectionBuilder,
} from './fragments.ts';
import { checkImmediate } from './operands.ts';
import { invertBranch, layOut, nearTarget } from './relaxation.ts';
import { type Location, StatementError } from './source-error.ts';
import type { AssemblySymbol } from './symbols.ts';

const NOP = encode('addi');
const COMPRESSED_NOP = compress(NOP);
const JUMP = encode('jal', { rd: 0 });

/** Stands for the address 0, so that a relocation can refer to a number. */
const ABSOLUTE = '*ABS*';

const dataSizes = { data1: 1, data2: 2, data4: 4, data8: 8 } as const;

function isData(type: Fixup['type']): type is keyof typeof dataSizes {
  return type in dataSizes;
}

/** Writes one section's bytes and relocations, all places in it being known. */
class SectionWriter {
  readonly #section: SectionBuilder;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #relocations: Relocation[] = [];
  /** Symbols that relocations name. */
  readonly #named: Set<AssemblySymbol>;

  constructor(section: SectionBuilder, size: number, named: Set<AssemblySymbol>) {
    this.#section = section;
    this.#bytes = new Uint8Array(section.kind === 'bss' ? 0 : size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#named = named;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get relocations(): readonly Relocation[] {
    return this.#relocations;
  }

  write(report: (error: unknown, location: Location) => void): void {
    if (this.#section.kind === 'bss') return;
    for (const fragment of this.#section.fragments) {
      const { address } = fragment;
      switch (fragment.kind) {
        case 'bytes':
          this.#bytes.set(fragment.bytes, address);
          for (const fixup of fragment.fixups) this.#try(fixup.location, report, () => this.#fix(fixup, address));
          break;
        case 'branch':
          this.#try(fragment.location, report, () => this.#branch(fragment));
          break;
        case 'align':
          this.#align(fragment);
          break;
        case 'origin':
          if (fragment.size > 0) this.#bytes.fill(fragment.fill, address, address + fragment.size);
          break;
        case 'fill':
          this.#fill(address, fragment.size, fragment.valueSize, fragment.value);
      }
    }
  }

  #try(location: Location, report: (error: unknown, location: Location) => void, work: () => void): void {
    try {
      work();
    } catch (error) {
      report(error, location);
    }
  }

  #fill(address: number, size: number, valueSize: number, value: bigint): void {
    for (let index = 0; index < size; index++) {
      this.#bytes[address + index] = Number((value >> BigInt(8 * (index % valueSize))) & 255n);
    }
  }

  #align({ address, size, fill, fillSize, code }: AlignFragment): void {
    if (fill !== undefined || !code) {
      this.#fill(address, size, fillSize, BigInt(fill ?? 0));
      return;
    }
    let at = address;
    const end = address + size;
    // Code starts at even addresses; what is odd is no code.
    if (size % 2 === 1) at++;
    if ((end - at) % 4 === 2) {
      this.#view.setUint16(at, COMPRESSED_NOP, true);
      at += 2;
    }
    for (; at + 4 <= end; at += 4) this.#view.setUint32(at, NOP, true);
  }

  #relocate(offset: number, type: RelocationType, symbol: AssemblySymbol | undefined, addend: bigint): void {
    if (symbol) this.#named.add(symbol);
    this.#relocations.push({ offset, type, symbol: symbol?.name ?? ABSOLUTE, addend });
  }

  /** A branch in the form that layout chose. */
  #branch(fragment: BranchFragment): void {
    const { address, size, word, conditional, location } = fragment;
    if (conditional && size >= 6) {
      // The opposite branch over a jump.
      const over = invertBranch(word);
      const short = size - 4;
      const skipping = (over | (encode('beq', { imm: size }) ^ encode('beq'))) >>> 0;
      if (short === 2) this.#view.setUint16(address, compress(skipping), true);
      else this.#view.setUint32(address, skipping, true);
      this.#jump(fragment, address + short, location);
      return;
    }
    if (!conditional && size === 4) {
      this.#jump(fragment, address, location);
      return;
    }
    const target = nearTarget(fragment, this.#section) as { symbol: AssemblySymbol; addend: number };
    const place = target.symbol.place as NonNullable<AssemblySymbol['place']>;
    const distance = offsetOf(place) + target.addend - address;
    if (distance % 2 !== 0) throw new StatementError(`the target is ${distance} bytes away, which is odd`);
    const example = conditional ? 'beq' : 'jal';
    const whole = (word | (encode(example, { rd: 0, imm: distance }) ^ encode(example))) >>> 0;
    if (size === 2) this.#view.setUint16(address, compress(whole), true);
    else this.#view.setUint32(address, whole, true);
  }

  #jump({ target }: BranchFragment, at: number, location: Location): void {
    this.#view.setUint32(at, JUMP, true);
    this.#fix({ offset: at, type: 'R_RISCV_JAL', expression: target, location }, 0);
  }

  #fix({ offset, type, expression }: Fixup, base: number): void {
    const at = base + offset;
    const value = evaluate(expression, distanceAfterLayout);
    const { plus, minus, constant } = value;
    if (type === 'imm' || type === 'store' || type === 'li') {
      if (plus || minus) throw notANumber((plus ?? minus) as AssemblySymbol);
      if (type === 'li' && BigInt.asIntN(12, constant) !== constant) {
        throw new StatementError(
          `${constant} is outside -2048..2047, all that li takes of a number defined later; define it above`,
        );
      }
      checkImmediate(type === 'store' ? 'store(rs1)' : 'imm', constant);
      applyRelocation(this.#view, at, type === 'store' ? 'R_RISCV_LO12_S' : 'R_RISCV_LO12_I', constant);
    } else if (isData(type)) this.#fixData(at, dataSizes[type], value);
    else if (minus) throw new StatementError('a difference of addresses can only stand in data');
    else if (!plus && !isRelative(type)) applyRelocation(this.#view, at, type, constant);
    else this.#relocateOrResolve(at, type, value);
  }

  /** Distances within a section are known; the rest is the linker's. */
  #relocateOrResolve(at: number, type: RelocationType, { plus, constant }: Value): void {
    const near = plus?.place?.section === this.#section && !plus.weak;
    if (near && isRelative(type) && type !== 'R_RISCV_PCREL_HI20') {
      applyRelocation(
        this.#view,
        at,
        type,
        BigInt(offsetOf(plus.place as NonNullable<typeof plus.place>) - at) + constant,
      );
      return;
    }
    this.#relocate(at, type, plus, constant);
  }

  #fixData(at: number, size: 1 | 2 | 4 | 8, { plus, minus, constant }: Value): void {
    if (!plus && !minus) {
      checkWidth(constant, size);
      for (let index = 0; index < size; index++)
        this.#bytes[at + index] = Number((constant >> BigInt(8 * index)) & 255n);
      return;
    }
    const bits = (size * 8) as 8 | 16 | 32 | 64;
    if (minus) {
      this.#relocate(at, `R_RISCV_ADD${bits}`, plus, constant);
      this.#relocate(at, `R_RISCV_SUB${bits}`, minus, 0n);
    } else if (bits === 32 || bits === 64) this.#relocate(at, `R_RISCV_${bits}`, plus, constant);
    else throw new StatementError(`the address of ${plus?.display} does not fit ${size} byte${size > 1 ? 's' : ''}`);
  }
}

/** An immediate whose value is an address after all. */
function notANumber(symbol: AssemblySymbol): StatementError {
  return new StatementError(
    symbol.defined
      ? `${symbol.display} is an address, not a number; use la, or %lo(${symbol.name})`
      : `${symbol.display} is not defined as a number (.equ); for an address use la, or %lo(${symbol.name})`,
  );
}

/** Rows by ascending offset; where several have the same, the last one counts. */
function inOrder<Row extends { readonly offset: number }>(rows: readonly Row[]): Row[] {
  const sorted = [...rows].sort((a, b) => a.offset - b.offset);
  return sorted.filter((row, index) => sorted[index + 1]?.offset !== row.offset);
}

function writeSection(section: SectionBuilder, named: Set<AssemblySymbol>, context: Context): Section {
  const last = section.fragments.at(-1);
  const size = last ? last.address + last.size : 0;
  const writer = new SectionWriter(section, size, named);
  writer.write((error, location) => {
    if (!(error instanceof StatementError || error instanceof RelocationError)) throw error;
    context.report(error.message, location);
  });
  const lines: LineRow[] = section.lines.map((mark) => ({ offset: offsetOf(mark), ...mark.location }));
  const frames: FrameRow[] = section.frames.map((mark) => ({
    offset: offsetOf(mark),
    frameSize: mark.frameSize,
    returnAddress: mark.returnAddress,
  }));
  return {
    name: section.name,
    kind: section.kind,
    align: section.align,
    bytes: writer.bytes,
    size,
    relocations: writer.relocations,
    lines: inOrder(lines),
    frames: inOrder(frames),
  };
}

/** Names that are of no use outside the file: `.L…` and numeric labels. */
const isPrivate = (symbol: AssemblySymbol): boolean => symbol.temporary || symbol.name.startsWith('.L');

function writeSymbol(symbol: AssemblySymbol, named: ReadonlySet<AssemblySymbol>): ObjectSymbol | undefined {
  const { name, place, type, global, weak } = symbol;
  if (place && !place.section.loaded) return undefined;
  const common = { name, type, global: global || weak, ...(weak && { weak }) };
  if (symbol.expression) {
    const { plus, minus, constant } = evaluate(symbol.expression, distanceAfterLayout);
    if (minus) throw new StatementError(`'${name}' is a difference of addresses that is not known`);
    if (!plus) return { ...common, section: undefined, value: constant, size: 0 };
    if (!plus.place) throw new StatementError(`'${name}' is set to ${plus.display}, which is not defined here`);
    return { ...common, section: plus.place.section.name, value: BigInt(offsetOf(plus.place)) + constant, size: 0 };
  }
  if (!place) {
    // Where no object defines a weak symbol, its address is 0.
    return weak ? { ...common, section: undefined, value: 0n, size: 0 } : undefined;
  }
  if (isPrivate(symbol) && !named.has(symbol)) return undefined;
  let size = 0;
  if (symbol.size) {
    const { constant, plus, minus } = evaluate(symbol.size, distanceAfterLayout);
    if (plus || minus) throw new StatementError(`the size of '${name}' depends on an address`);
    size = Number(constant);
  }
  return { ...common, section: place.section.name, value: BigInt(offsetOf(place)), size };
}

/** Chooses the form of each branch, resolves what is known, and leaves the rest to the linker as relocations. */
export function writeObject(context: Context, name: string): ObjectFile {
  const builders = [...context.sections.values()];
  for (const section of builders) layOut(section, (message, location) => context.report(message, location));
  const named = new Set<AssemblySymbol>();
  const sections = builders
    .map((section) => ({ loaded: section.loaded, section: writeSection(section, named, context) }))
    .filter(({ loaded }) => loaded)
    .map(({ section }) => section);
  const temporaries = [...named].filter((symbol) => symbol.temporary);
  const symbols: ObjectSymbol[] = [];
  if (sections.some(({ relocations }) => relocations.some(({ symbol }) => symbol === ABSOLUTE))) {
    symbols.push({ name: ABSOLUTE, section: undefined, value: 0n, size: 0, type: 'none', global: false });
  }
  for (const symbol of [...context.symbols.all, ...temporaries]) {
    try {
      const written = writeSymbol(symbol, named);
      if (written) symbols.push(written);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      context.report(error.message, symbol.definedAt ?? context.location);
    }
  }
  return { name, sections, symbols };
}
