/**
 * Saves a guest on KVM while it runs: all pages are copied to the file, and those that are written meanwhile again, by KVM's dirty
 * log. The guest stands still only for the last of them, and goes on while the host brings the file to its disk.
 */
import { fsync, renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { State } from '../devices/state.ts';
import { reasonOf } from '../host/system-error.ts';
import { DirtyLog } from '../kvm/dirty-log.ts';
import type { Pc } from '../kvm/x86/pc.ts';
import { savePc } from '../kvm/x86/state.ts';
import { encodeIndex } from '../machine/snapshot/format.ts';
import { alignUp, bodyChecksum, checksumsOf, PAGE_SIZE } from '../machine/snapshot/pages.ts';
import { type BootFiles, KIND } from './kvm-snapshot.ts';
import { PageFile } from './page-file.ts';
import { formatSize } from './sizes.ts';

const MIB = 2 ** 20;
/** So much is copied between two turns of the event loop, which serves the guest's devices. */
const PAGES_A_TURN = 1024;
/** The guest is stopped when so few pages are left, or after so many rounds: it may be faster than the copying. */
const FEW_PAGES = 256;
const MOST_ROUNDS = 4;

/** A file that is being written, of a guest that may still run. */
interface Copy {
  readonly file: PageFile;
  readonly log: DirtyLog;
  /** Written since they have been copied. */
  left: number[];
}

export class KvmSaver {
  readonly #path: string;
  readonly #partial: string;
  readonly #origin: BootFiles;
  /** Begun by `prepare`, until `save` takes it. */
  #copy: Copy | undefined;
  #isPrepared = false;

  constructor(path: string, origin: BootFiles) {
    this.#path = path;
    this.#partial = `${path}.${process.pid}.partial`;
    this.#origin = origin;
  }

  /**
   * Copies the memory of a guest that runs, so that `save` has little left to do. Tells the user what goes wrong.
   * @returns resolves to whether it is copied, and `save` has not been called meanwhile
   */
  async prepare(pc: Pc): Promise<boolean> {
    try {
      const copy = this.#begin(pc);
      this.#copy = copy;
      copy.left = allPages(pc);
      for (let round = 0; round < MOST_ROUNDS && copy.left.length > FEW_PAGES; round++) {
        for (let done = 0; done < copy.left.length; done += PAGES_A_TURN) {
          copy.file.writePages(copy.left.slice(done, done + PAGES_A_TURN));
          await nextTurn();
          if (this.#copy !== copy) return false;
        }
        copy.left = copy.log.take();
      }
      this.#isPrepared = true;
      return true;
    } catch (error) {
      this.#copy?.log[Symbol.dispose]();
      this.cancel();
      return this.#fail(error);
    }
  }

  /**
   * Saves a guest that does not run, and tells the user. It may go on when this returns. The file has the whole of it, or what was
   * there before.
   * @returns resolves to whether it has
   */
  async save(pc: Pc): Promise<boolean> {
    let copy: Copy | undefined;
    try {
      copy = this.#takeCopy(pc);
      copy.file.writePages([...copy.left, ...copy.log.take()]);
      copy.log[Symbol.dispose]();
      return await this.#finish(copy.file, this.#describe(pc));
    } catch (error) {
      return this.#fail(error);
    } finally {
      copy?.file.close();
    }
  }

  /** A copy that has been begun is not finished: its machine ends. */
  cancel(): void {
    if (this.#copy === undefined) return;
    this.#copy.file.close();
    this.#copy = undefined;
    this.#isPrepared = false;
    rmSync(this.#partial, { force: true });
  }

  /** The one that is prepared. One that is not complete yet is of no use. */
  #takeCopy(pc: Pc): Copy {
    const copy = this.#isPrepared ? this.#copy : undefined;
    if (copy === undefined) {
      this.cancel();
      return { ...this.#begin(pc), left: allPages(pc) };
    }
    this.#copy = undefined;
    this.#isPrepared = false;
    return copy;
  }

  #begin(pc: Pc): Copy {
    return { file: new PageFile(this.#partial, pc.memory.bytes), log: new DirtyLog(pc.vm, pc.memory), left: [] };
  }

  #describe(pc: Pc): State {
    const { commandLine } = this.#origin.source;
    return { kind: KIND, memory: pc.memory.size, vcpus: pc.vcpus.length, commandLine, pc: savePc(pc) };
  }

  async #finish(file: PageFile, state: State): Promise<boolean> {
    const { image, source } = this.#origin;
    const runs = file.runs;
    const blobs = source.ramDisk === undefined ? [image] : [image, source.ramDisk];
    for (const blob of blobs) {
      const pages = new Uint8Array(alignUp(blob.length));
      pages.set(blob);
      file.append(pages, checksumsOf(pages));
    }
    const checksum = bodyChecksum(file.checksums);
    const index = { state, runs, blobs: blobs.map(({ length }) => length), checksum };
    const { front, header, headerOffset } = await encodeIndex(index);
    file.writeAt(header, headerOffset);
    file.writeAt(front, 0);
    await promisify(fsync)(file.descriptor);
    renameSync(this.#partial, this.#path);
    const size = formatSize(Math.ceil((headerOffset + header.length) / MIB) * MIB);
    process.stderr.write(`typevisor: saved to ${this.#path} (${size})\r\n`);
    return true;
  }

  #fail(error: unknown): false {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    rmSync(this.#partial, { force: true });
    process.stderr.write(`typevisor: the guest is not saved: ${this.#path}: ${reason}\r\n`);
    return false;
  }
}

function allPages({ memory }: Pc): number[] {
  return Array.from({ length: memory.size / PAGE_SIZE }, (_, page) => page);
}
