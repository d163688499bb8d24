/** Device trees as values, and their flattened form (Devicetree Specification 0.4, "Flattened Devicetree (DTB) Format"). */

const FDT_MAGIC = 0xd00d_feed;
const FDT_VERSION = 17;
const FDT_LAST_COMPATIBLE_VERSION = 16;
const FDT_BEGIN_NODE = 1;
const FDT_END_NODE = 2;
const FDT_PROP = 3;
const FDT_NOP = 4;
const FDT_END = 9;
const HEADER_LENGTH = 40;

/** Section "Node Names" and "Property Names". The unit address is held to the same characters. */
const NODE_NAME = /^[0-9a-zA-Z,._+-]{1,31}(@[0-9a-zA-Z,._+-]+)?$/;
const PROPERTY_NAME = /^[0-9a-zA-Z,._+?#-]{1,31}$/;

export class FdtError extends Error {
  override readonly name = 'FdtError';
}

export interface MemoryReservation {
  readonly address: bigint;
  readonly size: bigint;
}

/** What a blob holds beside its nodes. */
export interface FdtTree {
  readonly root: FdtNode;
  readonly reservations: readonly MemoryReservation[];
  /** `reg` of the boot hart's node. */
  readonly bootCpu: number;
}

export class FdtNode {
  /** With the unit address: `serial@10000000`; empty for the root. */
  readonly name: string;
  readonly properties = new Map<string, Uint8Array>();
  readonly children: FdtNode[] = [];

  /** @throws FdtError for a name that the specification does not allow. */
  constructor(name = '') {
    if (name !== '' && !NODE_NAME.test(name)) throw new FdtError(`'${name}' is not a device-tree node name`);
    this.name = name;
  }

  /**
   * Appends a new child and returns it.
   * @throws FdtError when there is one of that name already, or the name is not allowed.
   */
  add(name: string): FdtNode {
    if (name === '') throw new FdtError('a device-tree node below the root needs a name');
    if (this.child(name) !== undefined)
      throw new FdtError(`device-tree node '${this.name}' already has a child '${name}'`);
    const node = new FdtNode(name);
    this.children.push(node);
    return node;
  }

  child(name: string): FdtNode | undefined {
    return this.children.find((each) => each.name === name);
  }

  /** The node at a path below this one: `find('soc/serial@10000000')`. */
  find(path: string): FdtNode | undefined {
    let node: FdtNode | undefined = this;
    for (const name of path.split('/').filter((each) => each !== '')) node = node?.child(name);
    return node;
  }

  /** @throws FdtError for a name that the specification does not allow. */
  set(name: string, value: Uint8Array): this {
    if (!PROPERTY_NAME.test(name)) throw new FdtError(`'${name}' is not a device-tree property name`);
    this.properties.set(name, value);
    return this;
  }

  /** A property without a value, which is true by being there. */
  setFlag(name: string): this {
    return this.set(name, new Uint8Array());
  }

  /** 32-bit cells (`<u32>`, `<prop-encoded-array>`). */
  setCells(name: string, ...cells: readonly number[]): this {
    const value = new DataView(new ArrayBuffer(4 * cells.length));
    for (const [index, cell] of cells.entries()) value.setUint32(4 * index, cell);
    return this.set(name, new Uint8Array(value.buffer));
  }

  /** Numbers of two cells each (`<u64>`, addresses and sizes), 0 to 2 ** 53 - 1. */
  setCells64(name: string, ...values: readonly number[]): this {
    return this.setCells(name, ...values.flatMap((value) => [Math.floor(value / 2 ** 32), value % 2 ** 32]));
  }

  /** One string (`<string>`) or several (`<stringlist>`). */
  setStrings(name: string, ...strings: readonly string[]): this {
    return this.set(name, new TextEncoder().encode(strings.map((each) => `${each}\0`).join('')));
  }

  /** The property as 32-bit cells; undefined when it is not there or no whole number of cells. */
  cells(name: string): number[] | undefined {
    const value = this.properties.get(name);
    if (value === undefined || value.length % 4 !== 0) return undefined;
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    return Array.from({ length: value.length / 4 }, (_, index) => view.getUint32(4 * index));
  }

  /** The property as strings; undefined when it is not there or its last string does not end. */
  strings(name: string): string[] | undefined {
    const value = this.properties.get(name);
    if (value === undefined || value.at(-1) !== 0) return undefined;
    return new TextDecoder().decode(value.subarray(0, -1)).split('\0');
  }
}

/** The blob, with the blocks in the order of the specification: header, reservations, structure, strings. */
export function writeFdt(root: FdtNode, options: Partial<Omit<FdtTree, 'root'>> = {}): Uint8Array<ArrayBuffer> {
  const reservations = options.reservations ?? [];
  const strings = new StringBlock();
  const structure = new Writer();
  writeNode(structure, strings, root);
  structure.u32(FDT_END);

  const reservationsOffset = HEADER_LENGTH;
  const structureOffset = reservationsOffset + 16 * (reservations.length + 1);
  const stringsOffset = structureOffset + structure.length;
  const totalSize = stringsOffset + strings.length;

  const blob = new Writer();
  const header = [FDT_MAGIC, totalSize, structureOffset, stringsOffset, reservationsOffset, FDT_VERSION];
  header.push(FDT_LAST_COMPATIBLE_VERSION, options.bootCpu ?? 0, strings.length, structure.length);
  for (const field of header) blob.u32(field);
  for (const { address, size } of [...reservations, { address: 0n, size: 0n }]) {
    blob.u64(address);
    blob.u64(size);
  }
  blob.bytes(structure.result());
  blob.bytes(strings.result());
  return blob.result();
}

function writeNode(structure: Writer, strings: StringBlock, node: FdtNode): void {
  structure.u32(FDT_BEGIN_NODE);
  structure.bytes(new TextEncoder().encode(`${node.name}\0`));
  structure.align4();
  for (const [name, value] of node.properties) {
    structure.u32(FDT_PROP);
    structure.u32(value.length);
    structure.u32(strings.offset(name));
    structure.bytes(value);
    structure.align4();
  }
  for (const child of node.children) writeNode(structure, strings, child);
  structure.u32(FDT_END_NODE);
}

/** Bytes that grow, big-endian. */
class Writer {
  #data = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u32(value: number): void {
    this.bytes(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  }

  u64(value: bigint): void {
    this.u32(Number(value >> 32n));
    this.u32(Number(value & 0xffff_ffffn));
  }

  bytes(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#data.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(bytes, this.#length);
    this.#length = end;
  }

  align4(): void {
    this.bytes(new Uint8Array(-this.#length & 3));
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }
}

/** Property names, each once. */
class StringBlock extends Writer {
  readonly #offsets = new Map<string, number>();

  offset(name: string): number {
    let offset = this.#offsets.get(name);
    if (offset === undefined) {
      offset = this.length;
      this.#offsets.set(name, offset);
      this.bytes(new TextEncoder().encode(`${name}\0`));
    }
    return offset;
  }
}

/**
 * Reads a blob that nobody vouches for; the values are copies.
 * @throws FdtError saying what is wrong and at which offset.
 */
export function readFdt(blob: Uint8Array): FdtTree {
  return new Reader(blob).tree();
}

class Reader {
  readonly #blob: Uint8Array;
  readonly #view: DataView;
  readonly #bootCpu: number;
  readonly #reservationsOffset: number;
  readonly #stringsOffset: number;
  readonly #stringsEnd: number;
  readonly #structureEnd: number;
  #position: number;

  constructor(blob: Uint8Array) {
    if (blob.length < HEADER_LENGTH) throw new FdtError(`device tree: ${blob.length} bytes are too few for its header`);
    this.#view = new DataView(blob.buffer, blob.byteOffset, blob.length);
    const field = (index: number) => this.#view.getUint32(4 * index);
    if (field(0) !== FDT_MAGIC) throw new FdtError(`device tree: starts with 0x${hex(field(0))}, not 0xd00dfeed`);
    const totalSize = field(1);
    if (totalSize > blob.length) {
      throw new FdtError(`device tree: truncated, its header says ${totalSize} bytes and there are ${blob.length}`);
    }
    if (field(5) < FDT_VERSION || field(6) > FDT_VERSION) {
      throw new FdtError(`device tree: version ${field(5)}, compatible down to ${field(6)}; this reads version 17`);
    }
    this.#blob = blob.subarray(0, totalSize);
    this.#position = field(2);
    this.#structureEnd = field(2) + field(9);
    this.#stringsOffset = field(3);
    this.#stringsEnd = field(3) + field(8);
    this.#reservationsOffset = field(4);
    this.#bootCpu = field(7);
    if (this.#structureEnd > totalSize) throw new FdtError('device tree: the structure block passes the end');
    if (this.#stringsEnd > totalSize) throw new FdtError('device tree: the strings block passes the end');
    if (this.#position % 4 !== 0) throw new FdtError('device tree: the structure block is not aligned to 4 bytes');
  }

  tree(): FdtTree {
    const reservations = this.#reservations();
    const root = this.#structure();
    return { root, reservations, bootCpu: this.#bootCpu };
  }

  #reservations(): MemoryReservation[] {
    const reservations: MemoryReservation[] = [];
    for (let at = this.#reservationsOffset; at + 16 <= this.#blob.length; at += 16) {
      const address = this.#view.getBigUint64(at);
      const size = this.#view.getBigUint64(at + 8);
      if (address === 0n && size === 0n) return reservations;
      reservations.push({ address, size });
    }
    throw new FdtError('device tree: the memory reservation block does not end');
  }

  /** Without recursion, so that depth costs the reader's memory and not its stack. */
  #structure(): FdtNode {
    const open: FdtNode[] = [];
    for (;;) {
      const at = this.#position;
      const token = this.#token();
      const node = open.at(-1);
      if (token === FDT_BEGIN_NODE) {
        const name = this.#nodeName();
        if (node === undefined && name !== '') throw this.#error(at, `the root node is named '${name}'`);
        open.push(node === undefined ? new FdtNode() : node.add(name));
      } else if (token === FDT_PROP) {
        if (node === undefined) throw this.#error(at, 'a property outside of every node');
        if (node.children.length > 0) throw this.#error(at, `a property of '${node.name}' after its child nodes`);
        this.#property(node);
      } else if (token === FDT_END_NODE) {
        const closed = open.pop();
        if (closed === undefined) throw this.#error(at, 'the end of a node that has not begun');
        if (open.length === 0) return this.#end(closed);
      } else if (token !== FDT_NOP) {
        throw this.#error(at, `token ${token} is none of the specification`);
      }
    }
  }

  #end(root: FdtNode): FdtNode {
    let at = this.#position;
    let token = this.#token();
    while (token === FDT_NOP) {
      at = this.#position;
      token = this.#token();
    }
    if (token !== FDT_END) throw this.#error(at, `token ${token} after the root node, instead of the end`);
    return root;
  }

  #token(): number {
    if (this.#position + 4 > this.#structureEnd) throw this.#error(this.#position, 'the structure block does not end');
    const token = this.#view.getUint32(this.#position);
    this.#position += 4;
    return token;
  }

  #nodeName(): string {
    const name = this.#string(this.#position, this.#structureEnd);
    this.#position = (this.#position + name.length + 4) & ~3;
    return name;
  }

  #property(node: FdtNode): void {
    const length = this.#token();
    const nameOffset = this.#token();
    const start = this.#position;
    const end = start + length;
    if (end > this.#structureEnd)
      throw this.#error(start, `a property of ${length} bytes passes the structure block's end`);
    node.set(this.#string(this.#stringsOffset + nameOffset, this.#stringsEnd), this.#blob.slice(start, end));
    this.#position = (end + 3) & ~3;
  }

  #string(start: number, limit: number): string {
    const end = this.#blob.indexOf(0, start);
    if (end < 0 || end >= limit || start >= limit) throw this.#error(start, 'a name does not end');
    return new TextDecoder('latin1').decode(this.#blob.subarray(start, end));
  }

  #error(at: number, what: string): FdtError {
    return new FdtError(`device tree, offset 0x${hex(at)}: ${what}`);
  }
}

function hex(value: number): string {
  return value.toString(16);
}
