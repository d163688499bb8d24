import { beforeAll } from 'vitest';
import { describeUart, type UartModel } from '../../../devices/testing/uart-cases.ts';
import { startHeap } from '../../../test/bare-heap.ts';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const HEAP = 1 << 20;
const SOURCE = `
export { initializeAllocator, addMemory } from './bare/hypervisor/memory/allocator';
import { createUart, readUart, receive, resetUart, VirtualUart, writeUart } from './bare/hypervisor/devices/vuart.ts';
export { readUart, receive, resetUart, writeUart };
declare function send(owner: usize, byte: u8): void;
declare function take(owner: usize): i32;
declare function wire(owner: usize, level: bool): void;
function sendByte(owner: usize, byte: u8): void { send(owner, byte); }
function takeByte(owner: usize): i32 { return take(owner); }
function setWire(owner: usize, level: bool): void { wire(owner, level); }
export function create(owner: usize): VirtualUart { return createUart(owner, sendByte, takeByte, setWire); }`;

let bare: InV8;
const models = new Map<bigint, Model>();

class Model implements UartModel {
  readonly sent: number[] = [];
  readonly waiting: number[] = [];
  wire = false;
  readonly #uart: bigint;

  constructor() {
    const owner = BigInt(models.size + 1);
    models.set(owner, this);
    this.#uart = bare.call('create', owner) as bigint;
  }

  read(register: number): number {
    return bare.number('readUart', this.#uart, register, 1);
  }

  write(register: number, value: number): void {
    bare.call('writeUart', this.#uart, register, 1, BigInt(value));
  }

  receive(bytes: readonly number[]): void {
    this.waiting.push(...bytes);
    bare.call('receive', this.#uart);
  }

  reset(): void {
    bare.call('resetUart', this.#uart);
  }
}

beforeAll(async () => {
  bare = await loadInV8('uart.ts', {
    source: SOURCE,
    room: 2 * HEAP,
    imports: {
      'uart.send': (owner: bigint, byte: number) => {
        models.get(owner)!.sent.push(byte);
        return undefined;
      },
      'uart.take': (owner: bigint) => models.get(owner)!.waiting.shift() ?? -1,
      'uart.wire': (owner: bigint, level: number) => {
        models.get(owner)!.wire = level !== 0;
        return undefined;
      },
    },
  });
  startHeap(bare, HEAP);
});

describeUart(() => new Model());
