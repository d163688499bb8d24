/** Machine code of one function as it is written, with branches whose length depends on how far they go. */
import { compress } from '../../isa/compressed.ts';
import { encode } from '../../isa/encode.ts';
import type { FrameRow, Relocation, RelocationType } from '../object.ts';

export interface Fields {
  rd?: number;
  rs1?: number;
  rs2?: number;
  imm?: number;
  csr?: number;
  pred?: number;
  succ?: number;
  aq?: boolean;
  rl?: boolean;
}

/** A place in the code, to be defined with `bind`. */
export class Label {
  item = -1;
}

interface Item {
  /** The encoding, unless `target` says that it depends on the distance. */
  word: number;
  bytes: number;
  readonly operation: string;
  readonly rs1: number;
  readonly rs2: number;
  readonly target: Label | undefined;
  readonly position: number;
  offset: number;
}

export interface FunctionCode {
  readonly bytes: Uint8Array;
  readonly relocations: Relocation[];
  readonly frames: FrameRow[];
  /** Offset and wasm position of each run of instructions. */
  readonly positions: { offset: number; position: number }[];
  /** Offsets of the labels that symbols name. */
  readonly labels: ReadonlyMap<string, number>;
  readonly tables: JumpTable[];
}

/** Offsets of the targets from the table itself, 32 bits each. */
export interface JumpTable {
  readonly symbol: string;
  readonly targets: readonly number[];
}

/** Reach of each form in bytes, either way (Unpriv., Control Transfer Instructions; "C", CJ and CB formats). */
const REACH = { compressedBranch: 256, branch: 4096, compressedJump: 2048 } as const;
const INVERSE: Record<string, string> = { beq: 'bne', bne: 'beq', blt: 'bge', bge: 'blt', bltu: 'bgeu', bgeu: 'bltu' };
const LONG_BRANCH = 8;

export class CodeBuffer {
  private readonly items: Item[] = [];
  private readonly frameMarks: { item: number; frameSize: number; returnAddress: number | 'ra' }[] = [];
  private readonly relocationMarks: { item: number; type: RelocationType; symbol: string }[] = [];
  private readonly symbolLabels = new Map<string, Label>();
  private readonly tableMarks: { symbol: string; targets: readonly Label[] }[] = [];
  /** Byte offset in the wasm module of what is being written. */
  position = 0;

  emit(operation: string, fields: Fields = {}): void {
    const word = encode(operation, fields);
    const half = compress(word);
    this.push({ word: half === 0 ? word : half, bytes: half === 0 ? 4 : 2, operation });
  }

  /** An instruction that the linker completes, never compressed. */
  emitRelocated(operation: string, fields: Fields, type: RelocationType, symbol: string): void {
    this.relocationMarks.push({ item: this.items.length, type, symbol });
    this.push({ word: encode(operation, fields), bytes: 4, operation });
  }

  branch(operation: string, rs1: number, rs2: number, target: Label): void {
    const short = (operation === 'beq' || operation === 'bne') && rs2 === 0 && rs1 >= 8 && rs1 < 16;
    this.push({ word: 0, bytes: short ? 2 : 4, operation, rs1, rs2, target });
  }

  jump(target: Label): void {
    this.push({ word: 0, bytes: 2, operation: 'jal', target });
  }

  bind(label: Label): void {
    label.item = this.items.length;
  }

  /** Names this place with a symbol, for relocations that refer to it. */
  name(symbol: string): void {
    const label = new Label();
    this.bind(label);
    this.symbolLabels.set(symbol, label);
  }

  table(symbol: string, targets: readonly Label[]): void {
    this.tableMarks.push({ symbol, targets });
  }

  /** From here on the frame is so. */
  frame(frameSize: number, returnAddress: number | 'ra'): void {
    this.frameMarks.push({ item: this.items.length, frameSize, returnAddress });
  }

  finish(): FunctionCode {
    this.layOut();
    const size = this.offsetOf(this.items.length);
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    const positions: { offset: number; position: number }[] = [];
    for (const item of this.items) {
      this.write(item, view);
      if (positions[positions.length - 1]?.position !== item.position) {
        positions.push({ offset: item.offset, position: item.position });
      }
    }
    return {
      bytes,
      relocations: this.relocationMarks.map(({ item, type, symbol }) => ({
        offset: this.offsetOf(item),
        type,
        symbol,
        addend: 0n,
      })),
      frames: this.frameRows(),
      positions,
      labels: new Map([...this.symbolLabels].map(([symbol, label]) => [symbol, this.offsetOf(label.item)])),
      tables: this.tableMarks.map(({ symbol, targets }) => ({
        symbol,
        targets: targets.map((label) => this.offsetOf(label.item)),
      })),
    };
  }

  private push(item: {
    word: number;
    bytes: number;
    operation: string;
    rs1?: number;
    rs2?: number;
    target?: Label;
  }): void {
    const { word, bytes, operation, rs1 = 0, rs2 = 0, target } = item;
    this.items.push({ word, bytes, operation, rs1, rs2, target, position: this.position, offset: 0 });
  }

  private offsetOf(item: number): number {
    const last = this.items[this.items.length - 1];
    return this.items[item]?.offset ?? (last === undefined ? 0 : last.offset + last.bytes);
  }

  /** Starts with the shortest forms and lengthens until all reach. */
  private layOut(): void {
    for (let changed = true; changed; ) {
      changed = false;
      let offset = 0;
      for (const item of this.items) {
        item.offset = offset;
        offset += item.bytes;
      }
      for (const item of this.items) {
        if (item.target === undefined) continue;
        const needed = neededBytes(item, this.offsetOf(item.target.item) - item.offset);
        if (needed > item.bytes) {
          item.bytes = needed;
          changed = true;
        }
      }
    }
  }

  private write(item: Item, view: DataView): void {
    if (item.target === undefined) {
      if (item.bytes === 2) view.setUint16(item.offset, item.word, true);
      else view.setUint32(item.offset, item.word, true);
      return;
    }
    const { operation, rs1, rs2, bytes, offset } = item;
    const distance = this.offsetOf(item.target.item) - offset;
    if (bytes === LONG_BRANCH) {
      view.setUint32(offset, encode(INVERSE[operation]!, { rs1, rs2, imm: LONG_BRANCH }), true);
      view.setUint32(offset + 4, encode('jal', { rd: 0, imm: distance - 4 }), true);
      return;
    }
    const word = encode(operation, { rd: 0, rs1, rs2, imm: distance });
    if (bytes === 4) view.setUint32(offset, word, true);
    else view.setUint16(offset, compress(word), true);
  }

  private frameRows(): FrameRow[] {
    const rows: FrameRow[] = [];
    for (const { item, frameSize, returnAddress } of this.frameMarks) {
      const offset = this.offsetOf(item);
      if (rows[rows.length - 1]?.offset === offset) rows.pop();
      const last = rows[rows.length - 1];
      if (last?.frameSize === frameSize && last.returnAddress === returnAddress) continue;
      rows.push({ offset, frameSize, returnAddress });
    }
    return rows;
  }
}

function neededBytes(item: Item, distance: number): number {
  const within = (reach: number): boolean => distance >= -reach && distance < reach;
  if (item.operation === 'jal') return within(REACH.compressedJump) ? 2 : 4;
  if (item.bytes === 2 && within(REACH.compressedBranch)) return 2;
  return within(REACH.branch) ? 4 : LONG_BRANCH;
}
