/** Entropy device (virtio 1.2, 5.4): fills the driver's buffers with random bytes, from the host or from a seed. */

import { virtioTypes } from '../../isa/virtio.ts';
import type { State, StateReader } from '../state.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import type { Virtqueue } from './virtqueue.ts';

/** A buffer gets no more at once (the driver looks at what it got), and it is what `getRandomValues` gives at most. */
const MOST_BYTES = 2 ** 16;

/** The generator sfc32 (Chris Doty-Humphrey, PractRand): small, fast, and enough where runs are to repeat. */
class SeededGenerator {
  readonly words: Uint32Array;

  constructor(seed: number) {
    this.words = Uint32Array.of(seed, 0x9e37_79b9, 0x243f_6a88, 1);
    for (let round = 0; round < 12; round++) this.#next();
  }

  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.#next() >>> 24;
  }

  #next(): number {
    const [a, b, c, counter] = this.words as unknown as [number, number, number, number];
    const result = (a + b + counter) >>> 0;
    this.words.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + result, counter + 1]);
    return result;
  }
}

export interface RngOptions {
  /** 32 bits. With a seed the bytes are the same in each run; without one they are the host's best. */
  readonly seed?: number | undefined;
}

export class Rng implements VirtioModel {
  readonly name = 'virtio-rng';
  readonly deviceId = virtioTypes.ENTROPY;
  readonly features = [];
  readonly queueSizes = [16];
  readonly config = new Uint8Array(0);
  readonly #generator: SeededGenerator | undefined;

  constructor({ seed }: RngOptions = {}) {
    if (seed !== undefined) this.#generator = new SeededGenerator(seed);
  }

  connect(_link: DriverLink): void {}

  notify(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      chain.writable.write(this.#random(Math.min(chain.writable.length, MOST_BYTES)));
      queue.push(chain, chain.writable.written);
    }
    queue.signal();
  }

  reset(): void {}

  save(): State {
    return this.#generator === undefined ? {} : { generator: [...this.#generator.words] };
  }

  load(state: StateReader): void {
    if (this.#generator === undefined || !state.has('generator')) return;
    const { words } = this.#generator;
    words.set(state.numbers('generator', 0xffff_ffff, words.length));
  }

  #random(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (this.#generator === undefined) crypto.getRandomValues(bytes);
    else this.#generator.fill(bytes);
    return bytes;
  }
}
