import { beforeEach, describe, expect, test } from 'vitest';
import { Console, type ConsoleDriver, ExpectError } from './console.ts';

/** A machine that prints pieces of text, and stops when told to or when it has no more. */
class Printer implements ConsoleDriver {
  pieces: string[] = [];
  typed = '';
  #running = false;
  #stopped = false;
  readonly #stopListeners = new Set<(description: string) => void>();
  readonly console = new Console(this);

  isRunning(): boolean {
    return this.#running;
  }

  async run(): Promise<string> {
    this.#running = true;
    this.#stopped = false;
    while (!this.#stopped && this.pieces.length > 0)
      this.console.receive(new TextEncoder().encode(this.pieces.shift()));
    this.#running = false;
    return this.#stopped ? 'stopped' : 'nothing left';
  }

  stop(): void {
    this.#stopped = true;
  }

  onStop(listener: (description: string) => void): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  send(bytes: Uint8Array): void {
    this.typed += new TextDecoder().decode(bytes);
  }

  /** As if somebody else ran it. */
  begin(): void {
    this.#running = true;
  }

  end(description: string): void {
    this.#running = false;
    for (const listener of this.#stopListeners) listener(description);
  }
}

let printer: Printer;
beforeEach(() => {
  printer = new Printer();
});

test('keeps and passes on what is printed, also when a character comes in pieces', () => {
  const heard: string[] = [];
  const forget = printer.console.onOutput((text) => heard.push(text));
  for (const byte of new TextEncoder().encode('aß')) printer.console.receive(Uint8Array.of(byte));
  forget();
  printer.console.receive(Uint8Array.of(0x62));
  expect([heard, printer.console.output]).toEqual([['a', 'ß'], 'aßb']);
});

test('keeps the end of a long output', () => {
  for (let index = 0; index < 40; index++) printer.console.receive(new Uint8Array(2 ** 15).fill(0x61 + (index % 26)));
  const { output } = printer.console;
  expect(output.length).toBeLessThanOrEqual(2 ** 20);
  expect(output.length).toBeGreaterThanOrEqual(2 ** 19);
  expect(output.endsWith('n')).toBe(true);
});

test('types text and bytes', () => {
  printer.console.write('ls ß\n');
  printer.console.write(Uint8Array.of(0x21));
  expect(printer.typed).toBe('ls ß\n!');
});

describe('expect', () => {
  test('runs a machine that stands, up to the match, and goes on from there', async () => {
    printer.pieces = ['A', 'B', 'C', 'A', 'D'];
    expect(await printer.console.expect('BC')).toBe('BC');
    expect(printer.pieces).toEqual(['A', 'D']);
    expect(await printer.console.expect(/[A-D]/g)).toBe('A');
    expect(await printer.console.expect('D')).toBe('D');
  });

  test('finds at once what is printed already', async () => {
    printer.pieces = ['one two'];
    await printer.run();
    expect([await printer.console.expect('one'), await printer.console.expect(/t../)]).toEqual(['one', 'two']);
  });

  test('waits beside a run of somebody else', async () => {
    printer.begin();
    const found = printer.console.expect('two');
    for (const piece of ['on', 'e t', 'wo', '!']) printer.console.receive(new TextEncoder().encode(piece));
    expect(await found).toBe('two');
  });

  test('fails when the machine stops before, with the reason and the last output', async () => {
    printer.pieces = ['abc'];
    await expect(printer.console.expect('d')).rejects.toThrow(
      'the console did not print "d": nothing left; since the last match it printed "abc"',
    );
    printer.begin();
    const waiting = printer.console.expect(/x+/);
    printer.end('it died');
    await expect(waiting).rejects.toThrow('the console did not print /x+/: it died');
  });

  test('fails when the time is over', async () => {
    printer.begin();
    await expect(printer.console.expect('x', { timeout: 5 })).rejects.toThrow(ExpectError);
    await expect(printer.console.expect('x', { timeout: 5 })).rejects.toThrow('5 ms are over');
  });
});
