/** For tests: the debugger's end of the protocol. */
import { encodePacket, PacketReader } from '../packets.ts';

/** Sends packets to a stub and keeps what comes back. */
export class GdbClient {
  /** The answers' contents, in their order. */
  readonly answers: string[] = [];
  /** Bytes outside packets: acknowledgements. */
  between = '';
  readonly #reader = new PacketReader();
  #deliver: (bytes: Uint8Array) => void = () => {};
  #waiting: (() => void) | undefined;

  connect(deliver: (bytes: Uint8Array) => void): void {
    this.#deliver = deliver;
  }

  /** What the stub sends. */
  readonly receive = (bytes: Uint8Array): void => {
    if (bytes.length === 1) this.between += String.fromCharCode(bytes[0]!);
    for (const incoming of this.#reader.read(bytes)) {
      if (incoming.kind === 'packet') this.answers.push(new TextDecoder('latin1').decode(incoming.data));
    }
    this.#waiting?.();
  };

  raw(text: string): void {
    this.#deliver(Uint8Array.from(text, (each) => each.charCodeAt(0)));
  }

  send(packet: string): void {
    this.#deliver(encodePacket(Uint8Array.from(packet, (each) => each.charCodeAt(0))));
  }

  /** The answer to a packet that is answered at once. */
  ask(packet: string): string | undefined {
    const known = this.answers.length;
    this.send(packet);
    return this.answers[known];
  }

  /** The answer to a packet, whenever it comes. */
  async wait(packet: string): Promise<string> {
    const known = this.answers.length;
    this.send(packet);
    return this.answer(known);
  }

  /** The answer of that index, whenever it comes. */
  async answer(index: number): Promise<string> {
    while (this.answers.length <= index) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.answers[index]!;
  }
}
