/**
 * The stub: answers a debugger's packets (GDB manual, appendix E, "Packets" to "Tracepoint Packets") for a target. Threads
 * stop and go on together ("all-stop mode"). An empty answer says that a packet is not supported, E and digits that it failed.
 */
import { fromHex, hexCount, hexNumber, textToHex, toHex } from './hex.ts';
import { ACKNOWLEDGEMENT, encodePacket, MAX_PACKET, PacketReader, REQUEST_AGAIN } from './packets.ts';
import type { BreakpointKind, DebugTarget, Stop } from './target.ts';

const SIGINT = '02';
const SIGTRAP = '05';
const SIGSEGV = '0b';
/** Errno values, as hosts that have them: EFAULT, EINVAL. */
const BAD_ADDRESS = 'E0e';
const INVALID = 'E16';
const NOT_SUPPORTED = '';
const OK = 'OK';

/** Types of `Z` and `z`. */
const BREAKPOINT_KINDS: Readonly<Record<string, BreakpointKind>> = {
  0: 'breakpoint',
  1: 'hardware',
  2: 'write',
  3: 'read',
  4: 'access',
};
const WATCH_NAMES = { write: 'watch', read: 'rwatch', access: 'awatch' } as const;

const FEATURES = [
  `PacketSize=${MAX_PACKET.toString(16)}`,
  'QStartNoAckMode+',
  'qXfer:features:read+',
  'vContSupported+',
].join(';');

export class GdbStub {
  readonly #target: DebugTarget;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #reader = new PacketReader();
  #acknowledging = true;
  #lastAnswer: Uint8Array = new Uint8Array(0);
  /** That of `Hg`, for registers and memory, and of the last stop. */
  #thread: number;
  #running = false;
  #ended: Stop | undefined;

  constructor(target: DebugTarget, send: (bytes: Uint8Array) => void) {
    this.#target = target;
    this.#send = send;
    this.#thread = target.threads[0]!;
  }

  /** Bytes from the debugger. */
  receive(bytes: Uint8Array): void {
    for (const incoming of this.#reader.read(bytes)) {
      if (incoming.kind === 'interrupt') {
        if (this.#running) this.#target.interrupt();
      } else if (incoming.kind === 'again') {
        this.#send(this.#lastAnswer);
      } else if (incoming.kind === 'damaged') {
        if (this.#acknowledging) this.#send(REQUEST_AGAIN);
      } else {
        if (this.#acknowledging) this.#send(ACKNOWLEDGEMENT);
        this.#packet(incoming.data);
      }
    }
  }

  /** The target has stopped after `resume`. */
  stopped(stop: Stop): void {
    if (!this.#running) return;
    this.#running = false;
    this.#answer(this.#stopReply(stop));
  }

  #answer(text: string | Uint8Array): void {
    this.#lastAnswer = encodePacket(typeof text === 'string' ? new TextEncoder().encode(text) : text);
    this.#send(this.#lastAnswer);
  }

  #packet(data: Uint8Array): void {
    const text = new TextDecoder('latin1').decode(data);
    const answer = this.#execute(text);
    if (answer !== undefined) this.#answer(answer);
  }

  /** Its answer; undefined if that comes when the target stops, or never. */
  #execute(text: string): string | undefined {
    const rest = text.slice(1);
    // A target that runs can be let alone or killed; gdb asks for nothing else.
    if (this.#running && !/^[Dk]/.test(text)) return INVALID;
    switch (text[0]) {
      case '?':
        return this.#stopReply(this.#ended ?? { kind: 'trap', thread: this.#thread });
      case 'g':
        return this.#readGeneral();
      case 'G':
        return this.#writeGeneral(rest);
      case 'p':
        return this.#readRegister(rest);
      case 'P':
        return this.#writeRegister(rest);
      case 'm':
        return this.#readMemory(rest);
      case 'M':
        return this.#writeMemory(rest, (payload) => fromHex(payload));
      case 'X':
        return this.#writeMemory(rest, (payload) => Uint8Array.from(payload, (each) => each.charCodeAt(0)));
      case 'Z':
        return this.#breakpoint(rest, (...each) => this.#target.insert(...each));
      case 'z':
        return this.#breakpoint(rest, (...each) => this.#target.remove(...each));
      case 'H':
        return this.#selectThread(rest);
      case 'T':
        return this.#threadOf(rest) === undefined ? INVALID : OK;
      case 'c':
      case 'C':
        return this.#resume();
      case 's':
      case 'S':
        return this.#step(this.#thread);
      case 'D':
        this.#target.detach();
        return OK;
      case 'k':
        this.#target.kill();
        return undefined;
      case 'q':
      case 'Q':
        return this.#query(text);
      case 'v':
        return this.#verbose(text);
      default:
        return NOT_SUPPORTED;
    }
  }

  #stopReply(stop: Stop): string {
    if (stop.kind === 'exited') {
      this.#ended = stop;
      return `W${(stop.code & 0xff).toString(16).padStart(2, '0')}`;
    }
    this.#thread = stop.thread;
    const thread = `thread:${stop.thread.toString(16)};`;
    if (stop.kind === 'interrupt') return `T${SIGINT}${thread}`;
    if (stop.kind === 'fault') return `T${SIGSEGV}${thread}`;
    if (stop.kind === 'watch') return `T${SIGTRAP}${WATCH_NAMES[stop.access]}:${stop.address.toString(16)};${thread}`;
    return `T${SIGTRAP}${thread}`;
  }

  #readGeneral(): string {
    let registers = '';
    for (let register = 0; register < this.#target.generalRegisters; register++) {
      registers += toHex(this.#target.readRegister(this.#thread, register)!);
    }
    return registers;
  }

  #writeGeneral(text: string): string {
    const bytes = fromHex(text);
    if (bytes === undefined) return INVALID;
    let at = 0;
    for (let register = 0; register < this.#target.generalRegisters && at < bytes.length; register++) {
      const size = this.#target.readRegister(this.#thread, register)!.length;
      this.#target.writeRegister(this.#thread, register, bytes.subarray(at, at + size));
      at += size;
    }
    return OK;
  }

  #readRegister(text: string): string {
    const register = hexCount(text);
    const value = register === undefined ? undefined : this.#target.readRegister(this.#thread, register);
    return value === undefined ? INVALID : toHex(value);
  }

  #writeRegister(text: string): string {
    const [number, digits] = text.split('=');
    const [register, value] = [hexCount(number), fromHex(digits ?? '')];
    if (register === undefined || value === undefined) return INVALID;
    return this.#target.writeRegister(this.#thread, register, value) ? OK : INVALID;
  }

  #readMemory(text: string): string {
    const [from, count] = text.split(',');
    const [address, length] = [hexNumber(from), hexCount(count)];
    if (address === undefined || length === undefined) return INVALID;
    // Two digits a byte have to fit into a packet.
    const bytes = this.#target.readMemory(this.#thread, address, Math.min(length, MAX_PACKET / 2));
    return bytes === undefined ? BAD_ADDRESS : toHex(bytes);
  }

  #writeMemory(text: string, decode: (payload: string) => Uint8Array | undefined): string {
    const colon = text.indexOf(':');
    const [from, count] = text.slice(0, colon).split(',');
    const [address, length, bytes] = [hexNumber(from), hexCount(count), decode(text.slice(colon + 1))];
    if (colon < 0 || address === undefined || bytes === undefined || bytes.length !== length) return INVALID;
    return this.#target.writeMemory(this.#thread, address, bytes) ? OK : BAD_ADDRESS;
  }

  #breakpoint(text: string, act: (kind: BreakpointKind, address: bigint, length: number) => boolean): string {
    const [type, at, size] = text.split(';')[0]!.split(',');
    const kind = BREAKPOINT_KINDS[type!];
    const [address, length] = [hexNumber(at), hexCount(size)];
    if (kind === undefined) return NOT_SUPPORTED;
    if (address === undefined || length === undefined) return INVALID;
    return act(kind, address, length) ? OK : INVALID;
  }

  /** Of a thread that there is; 0 and -1 stand for any. */
  #threadOf(text: string): number | undefined {
    if (text === '-1' || text === '0') return this.#thread;
    const thread = hexCount(text);
    return thread !== undefined && this.#target.threads.includes(thread) ? thread : undefined;
  }

  /** `Hg` selects; `Hc` is what vCont replaces. */
  #selectThread(text: string): string {
    const thread = this.#threadOf(text.slice(1));
    if (thread === undefined) return INVALID;
    this.#thread = thread;
    return OK;
  }

  #resume(): string | undefined {
    if (this.#ended !== undefined) return this.#stopReply(this.#ended);
    this.#running = true;
    this.#target.resume();
    return undefined;
  }

  #step(thread: number): string | undefined {
    if (this.#ended !== undefined) return this.#stopReply(this.#ended);
    this.#running = true;
    this.#target.step(thread);
    return undefined;
  }

  #query(text: string): string {
    const [name, ...rest] = text.split(/[:,]/);
    const argument = rest.join(':');
    switch (name) {
      case 'qSupported':
        return FEATURES;
      case 'QStartNoAckMode':
        this.#acknowledging = false;
        return OK;
      case 'qXfer':
        return this.#transfer(text);
      case 'qfThreadInfo':
        return `m${this.#target.threads.map((each) => each.toString(16)).join(',')}`;
      case 'qsThreadInfo':
        return 'l';
      case 'qThreadExtraInfo': {
        const thread = this.#threadOf(argument);
        return thread === undefined ? INVALID : textToHex(this.#target.threadInfo(thread));
      }
      case 'qC':
        return `QC${this.#thread.toString(16)}`;
      case 'qAttached':
        return '1';
      case 'qRcmd': {
        const command = fromHex(argument);
        if (command === undefined) return INVALID;
        return textToHex(this.#target.monitor(new TextDecoder().decode(command))) || OK;
      }
      // QEMU's own packets, which frontends know.
      case 'qqemu.PhyMemMode':
        return this.#target.physicalAddresses ? '1' : '0';
      case 'Qqemu.PhyMemMode':
        this.#target.physicalAddresses = argument === '1';
        return OK;
      default:
        return NOT_SUPPORTED;
    }
  }

  /** A part of the target description: `qXfer:features:read:target.xml:OFFSET,LENGTH`. */
  #transfer(text: string): string {
    const match = /^qXfer:features:read:([^:]*):([0-9a-f]+),([0-9a-f]+)$/i.exec(text);
    if (match === null) return NOT_SUPPORTED;
    if (match[1] !== 'target.xml') return 'E00';
    const [offset, length] = [Number.parseInt(match[2]!, 16), Number.parseInt(match[3]!, 16)];
    const { description } = this.#target;
    return `${offset + length < description.length ? 'm' : 'l'}${description.slice(offset, offset + length)}`;
  }

  #verbose(text: string): string | undefined {
    if (text === 'vCont?') return 'vCont;c;C;s;S';
    if (!text.startsWith('vCont;')) return NOT_SUPPORTED;
    // The first that steps counts; otherwise all go on.
    for (const action of text.split(';').slice(1)) {
      const [kind, thread] = action.split(':');
      if (!/^s|^S/.test(kind!)) continue;
      const stepping = thread === undefined ? this.#thread : this.#threadOf(thread);
      return stepping === undefined ? INVALID : this.#step(stepping);
    }
    return this.#resume();
  }
}
