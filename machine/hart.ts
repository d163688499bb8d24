/** A hart as a debugger sees it: registers, CSRs, and memory through its page tables. */

import { csrByName } from '../isa/csrs.ts';
import * as layout from './core/layout.ts';
import type { Core } from './core-instance.ts';
import type { GuestRam } from './guest-ram.ts';

const PAGE_SIZE = 4096;

/** 'debug': whatever the permissions. */
export type Access = 'read' | 'write' | 'fetch' | 'debug';
const ACCESS_CODE: Record<Access, number> = { read: 0, write: 1, fetch: 2, debug: 4 };

/** Privilege modes; those under virtualization begin with V. */
export type PrivilegeMode = 'U' | 'S' | 'M' | 'VU' | 'VS';

/** All registers and addresses are 64-bit and unsigned. To be used while the machine does not execute. */
export class Hart {
  readonly id: number;
  /** x0 to x31 in place. What is written to x0 is ignored once the machine goes on. */
  readonly x: BigUint64Array<ArrayBuffer>;
  /** f0 to f31 in place; narrower values are NaN-boxed. */
  readonly f: BigUint64Array<ArrayBuffer>;
  readonly #core: Core;
  readonly #ram: GuestRam;

  constructor(core: Core, ram: GuestRam, id: number) {
    this.#core = core;
    this.#ram = ram;
    this.id = id;
    this.x = new BigUint64Array(core.bytes.buffer, core.hart(id, layout.HART_X), 32);
    this.f = new BigUint64Array(core.bytes.buffer, core.hart(id, layout.HART_F), 32);
  }

  /** The next instruction's virtual address. */
  get pc(): bigint {
    return this.#core.u64(this.#core.hart(this.id, layout.HART_PC));
  }

  set pc(value: bigint) {
    this.#core.setU64(this.#core.hart(this.id, layout.HART_PC), value);
  }

  get mode(): PrivilegeMode {
    const privilege = this.#core.u32(this.#core.hart(this.id, layout.HART_PRIVILEGE));
    if (privilege === 3) return 'M';
    const name = privilege === 1 ? 'S' : 'U';
    return this.#core.u32(this.#core.hart(this.id, layout.HART_VIRTUAL)) === 0 ? name : `V${name}`;
  }

  /** Whether it waits in wfi. */
  get waiting(): boolean {
    return this.#core.u32(this.#core.hart(this.id, layout.HART_WAITING)) !== 0;
  }

  /**
   * A CSR by name (`'sstatus'`) or number (0 to 4095), whatever the present mode.
   * @throws RangeError if the hart has no such CSR.
   */
  csr(name: string | number): bigint {
    if (this.#core.exports.readCsr(this.id, csrNumber(name)) === 0) throw noSuchCsr(name);
    return this.#core.scratch;
  }

  /** Bits that the CSR does not have are left as they are (WARL). @throws RangeError as `csr` does. */
  setCsr(name: string | number, value: bigint): void {
    this.#core.scratch = BigInt.asUintN(64, value);
    if (this.#core.exports.writeCsr(this.id, csrNumber(name)) === 0) throw noSuchCsr(name);
  }

  /** The physical address behind a virtual one in the present mode; undefined where such an access would fault. */
  translate(address: bigint, access: Access = 'read'): bigint | undefined {
    const [low, high] = [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
    const found = this.#core.exports.translate(this.id, low, high, ACCESS_CODE[access]);
    return found === 0 ? undefined : this.#core.scratch;
  }

  /**
   * A copy of virtual memory, whatever its permissions.
   * @throws RangeError where a page is not mapped in the present mode, or is not RAM.
   */
  readMemory(address: bigint, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (const { offset, physical, size } of this.#pages(address, length)) {
      bytes.set(this.#ram.span(physical, size, 'r'), offset);
    }
    return bytes;
  }

  /** @throws RangeError as `readMemory` does; pages before the bad one have been written then. */
  writeMemory(address: bigint, bytes: Uint8Array): void {
    for (const { offset, physical, size } of this.#pages(address, bytes.length)) {
      this.#ram.write(physical, bytes.subarray(offset, offset + size));
    }
  }

  *#pages(address: bigint, length: number) {
    for (let offset = 0; offset < length; ) {
      const at = BigInt.asUintN(64, address + BigInt(offset));
      const size = Math.min(length - offset, PAGE_SIZE - Number(at % BigInt(PAGE_SIZE)));
      const physical = this.translate(at, 'debug');
      if (physical === undefined) {
        throw new RangeError(`hart ${this.id}: 0x${at.toString(16)} is not mapped in mode ${this.mode}`);
      }
      yield { offset, physical: Number(physical), size };
      offset += size;
    }
  }
}

function csrNumber(name: string | number): number {
  const number = typeof name === 'number' ? name : csrByName.get(name)?.address;
  if (number === undefined) throw noSuchCsr(name);
  return number;
}

function noSuchCsr(name: string | number): RangeError {
  return new RangeError(`the harts have no CSR ${typeof name === 'number' ? `0x${name.toString(16)}` : `'${name}'`}`);
}
