import { beforeEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../../test/random.ts';
import { SEND_BUFFER } from './tcp-connection.ts';
import { RECEIVE_BUFFER } from './tcp-receiver.ts';
import { ACK, FIN, PSH, RST, SYN, type TcpSegment } from './tcp-segment.ts';
import { TcpHarness } from './testing/tcp-harness.ts';

const EMPTY = new Uint8Array(0);

let tcp: TcpHarness;
beforeEach(() => {
  tcp = new TcpHarness();
});

function text(string: string): Uint8Array {
  return new TextEncoder().encode(string);
}

describe('opening', () => {
  test('answers a SYN when the user accepts, and is established by the acknowledgement', () => {
    const syn = { sourcePort: 4000, destinationPort: 80, acknowledgement: 0, window: 60_000, payload: EMPTY };
    tcp.connection.take({ ...syn, flags: SYN, sequence: 5000, mss: 1400, windowScale: 7 });
    tcp.receive(SYN, { sequence: 5000 });
    expect([tcp.connection.state, tcp.sent]).toEqual(['syn-taken', []]);
    tcp.connection.accept();
    expect(tcp.sent).toEqual([expect.objectContaining({ sourcePort: 80, destinationPort: 4000 })]);
    expect(tcp.sent[0]).toMatchObject({ flags: SYN | ACK, sequence: 1000, acknowledgement: 5001 });
    expect(tcp.sent[0]).toMatchObject({ mss: 1460, windowScale: 2, window: 65_535 });
    tcp.receive(ACK);
    expect([tcp.connection.state, tcp.socket.state]).toEqual(['established', 'open']);
  });

  test('does not scale windows for a peer that does not', () => {
    tcp.connection.take({ ...segment(SYN), sequence: 5000 });
    tcp.connection.accept();
    expect(tcp.sent[0]!.windowScale).toBeUndefined();
  });

  test('connects to a peer', () => {
    tcp.connection.open();
    expect(tcp.sent[0]).toMatchObject({ flags: SYN, sequence: 1000, mss: 1460, windowScale: 2 });
    tcp.receive(SYN | ACK, { sequence: 5000 });
    expect(tcp.connection.state).toBe('established');
    expect(tcp.taken().at(-1)).toEqual({ flags: ACK, sequence: 1001, acknowledgement: 5001, length: 0 });
  });

  test('is refused only by a reset that answers the SYN', () => {
    tcp.connection.open();
    tcp.receive(RST | ACK, { acknowledgement: 999 });
    tcp.receive(RST);
    expect(tcp.connection.state).toBe('syn-sent');
    tcp.receive(RST | ACK);
    expect([tcp.connection.state, tcp.socket.state]).toEqual(['closed', 'reset']);
  });

  test('resets a peer that acknowledges what was never sent', () => {
    tcp.connection.open();
    tcp.receive(ACK, { acknowledgement: 7777 });
    expect(tcp.taken().at(-1)).toMatchObject({ flags: RST, sequence: 7777 });
    tcp.receive(SYN | ACK, { sequence: 5000 });
    expect(tcp.connection.state).toBe('established');
  });

  test('both ends may call at once', () => {
    tcp.connection.open();
    tcp.receive(SYN, { sequence: 5000, acknowledgement: 0 });
    expect(tcp.taken().at(-1)).toMatchObject({ flags: SYN | ACK, sequence: 1000, acknowledgement: 5001 });
    tcp.receive(ACK);
    expect(tcp.connection.state).toBe('established');
  });

  test('SYN is repeated at growing intervals, for a minute', () => {
    tcp.connection.open();
    const times: number[] = [];
    while (tcp.connection.deadline < Number.POSITIVE_INFINITY) {
      times.push(tcp.connection.deadline);
      tcp.now = tcp.connection.deadline;
      tcp.connection.timeout();
    }
    expect(times).toEqual([1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000]);
    expect(tcp.sent.filter(({ flags }) => flags === SYN)).toHaveLength(7);
    expect(tcp.socket.state).toBe('silent');
  });
});

describe('receiving', () => {
  beforeEach(() => {
    tcp.establish();
  });

  test('acknowledges the second segment at once, a single one a little later', () => {
    tcp.receive(ACK, { payload: text('abc') });
    expect([tcp.socket.text, tcp.taken()]).toEqual(['abc', []]);
    tcp.pass(20);
    expect(tcp.taken()).toEqual([{ flags: ACK, sequence: 1001, acknowledgement: 5004, length: 0 }]);
    tcp.receive(ACK, { sequence: 5004, payload: text('de') });
    tcp.receive(ACK, { sequence: 5006, payload: text('f') });
    expect([tcp.socket.text, tcp.taken().at(-1)!.acknowledgement]).toEqual(['abcdef', 5007]);
    tcp.pass(1000);
    expect(tcp.sent).toEqual([]);
  });

  test('asks for what is missing, and puts what overlaps together', () => {
    tcp.receive(ACK, { sequence: 5004, payload: text('def') });
    tcp.receive(ACK, { sequence: 5006, payload: text('fghi') });
    expect(tcp.taken().map(({ acknowledgement }) => acknowledgement)).toEqual([5001, 5001]);
    tcp.receive(ACK, { sequence: 4999, payload: text('??abcdef') });
    expect([tcp.socket.text, tcp.taken()[0]!.acknowledgement]).toEqual(['abcdefghi', 5010]);
  });

  test('a segment outside of the window is answered and dropped', () => {
    tcp.receive(ACK, { sequence: 5001 + 70_000, payload: text('x') });
    tcp.receive(ACK, { sequence: 4000, payload: text('x') });
    expect([tcp.socket.text, tcp.taken()]).toEqual(['', [acknowledgement(5001), acknowledgement(5001)]]);
  });

  test('the window closes when the user does not read, and opens in large steps', () => {
    tcp.socket.reading = false;
    let sequence = 5001;
    for (let window = 65_535; window > 0; window = tcp.sent.at(-1)!.window) {
      tcp.receive(ACK, { sequence, payload: new Uint8Array(Math.min(window, 1460)) });
      sequence += Math.min(window, 1460);
      tcp.pass(20);
    }
    // Without the window scale option there are 65,535 bytes at most under way.
    expect(sequence).toBeLessThanOrEqual(5001 + RECEIVE_BUFFER);
    tcp.sent.length = 0;
    tcp.receive(ACK, { sequence, payload: text('probe') });
    expect(tcp.sent[0]).toMatchObject({ window: 0, acknowledgement: sequence });
    tcp.socket.read();
    expect(tcp.sent[1]).toMatchObject({ window: 65_535, acknowledgement: sequence });
  });

  test('what is kept behind a gap is bounded', () => {
    for (let index = 0; index < 10_000; index++) tcp.receive(ACK, { sequence: 5003 + 2 * index, payload: text('x') });
    tcp.sent.length = 0;
    tcp.receive(ACK, { sequence: 5001, payload: text('ab') });
    expect(tcp.sent[0]!.acknowledgement).toBe(5004);
    tcp.receive(ACK, { sequence: 5004, payload: new Uint8Array(1000) });
    expect(tcp.socket.bytes.length).toBe(1003);
  });

  test('an overlapping SYN and a reset at the wrong place are challenged, not obeyed', () => {
    tcp.receive(SYN | ACK, { sequence: 5001 });
    tcp.receive(RST, { sequence: 5002 });
    expect([tcp.connection.state, tcp.taken()]).toEqual([
      'established',
      [acknowledgement(5001), acknowledgement(5001)],
    ]);
    tcp.receive(RST, { sequence: 5001 });
    expect(tcp.socket.state).toBe('reset');
  });

  test('a FIN before the data it follows waits for them', () => {
    tcp.receive(ACK | FIN, { sequence: 5004, payload: text('def') });
    expect(tcp.connection.state).toBe('established');
    tcp.receive(ACK, { payload: text('abc') });
    expect([tcp.connection.state, tcp.socket.text, tcp.socket.state]).toEqual(['close-wait', 'abcdef', 'ended']);
    expect(tcp.taken().at(-1)!.acknowledgement).toBe(5008);
  });
});

describe('sending', () => {
  test('cuts at the peer’s maximum segment size, 536 if it names none and never less than 64', () => {
    for (const [mss, expected] of [
      [1000, 1000] as const,
      [undefined, 536] as const,
      [1, 64] as const,
      [9000, 1460] as const,
    ]) {
      const each = new TcpHarness().establish({ mss });
      each.connection.write(new Uint8Array(expected + 1));
      expect(each.taken().map(({ length }) => length)).toEqual([expected, 1]);
    }
  });

  test('gives a wire that takes more than a segment whole segments, and what is left at the end', () => {
    tcp.establish({ mss: 1000 });
    tcp.largest = 3500;
    tcp.connection.write(new Uint8Array(7200));
    expect(tcp.taken().map(({ length }) => length)).toEqual([3000, 3000, 1200]);
    tcp.receive(ACK, { acknowledgement: 8201, window: 2500 });
    tcp.connection.write(new Uint8Array(5000));
    expect(tcp.taken().map(({ length }) => length)).toEqual([2000]);
  });

  test('stays within the window and probes a closed one', () => {
    tcp.establish();
    tcp.receive(ACK, { window: 2000 });
    tcp.connection.write(new Uint8Array(5000));
    expect(tcp.taken().map(({ length }) => length)).toEqual([1460]);
    tcp.receive(ACK, { acknowledgement: 2461, window: 0 });
    expect(tcp.taken()).toEqual([]);
    tcp.pass(2000);
    const probes = tcp.taken();
    expect(probes.length).toBeGreaterThan(1);
    expect(new Set(probes.map(({ sequence, length }) => `${sequence} ${length}`))).toEqual(new Set(['2461 1']));
    for (let minute = 0; minute < 60; minute++) {
      tcp.pass(60_000);
      tcp.receive(ACK, { acknowledgement: 2461, window: 0 });
    }
    expect(tcp.connection.state).toBe('established');
    tcp.sent.length = 0;
    tcp.receive(ACK, { acknowledgement: 2461, window: 60_000 });
    expect(tcp.taken().map(({ sequence, length }) => [sequence, length])).toEqual([
      [2461, 1460],
      [3921, 1460],
      [5381, 620],
    ]);
  });

  test('a probe that is taken counts', () => {
    tcp.establish();
    tcp.receive(ACK, { window: 0 });
    tcp.connection.write(text('abc'));
    tcp.pass(300);
    expect(tcp.taken()).toMatchObject([{ sequence: 1001, length: 1 }]);
    tcp.receive(ACK, { acknowledgement: 1002, window: 100 });
    expect(tcp.taken()).toMatchObject([{ sequence: 1002, length: 2 }]);
  });

  test('repeats what is not acknowledged, and gives a silent peer up', () => {
    tcp.establish();
    tcp.connection.write(text('abc'));
    tcp.pass(10_000);
    expect(tcp.sent.length).toBeGreaterThan(2);
    expect(new Set(tcp.taken().map(({ sequence, length }) => `${sequence} ${length}`))).toEqual(new Set(['1001 3']));
    tcp.pass(3_600_000);
    expect([tcp.socket.state, tcp.taken().at(-1)!.flags]).toEqual(['silent', RST | ACK]);
  });

  test('repeats the first segment at the third duplicate acknowledgement, and the next one lost after it', () => {
    tcp.establish({ mss: 100 });
    tcp.connection.write(new Uint8Array(1000));
    tcp.sent.length = 0;
    // The first and the fifth were lost.
    for (let count = 0; count < 3; count++) tcp.receive(ACK);
    expect(tcp.taken()).toMatchObject([{ sequence: 1001, length: 100 }]);
    tcp.receive(ACK, { acknowledgement: 1401 });
    expect(tcp.taken()).toMatchObject([{ sequence: 1401, length: 100 }]);
    tcp.receive(ACK, { acknowledgement: 2001 });
    expect([tcp.taken(), tcp.connection.deadline]).toEqual([[], Number.POSITIVE_INFINITY]);
  });

  test('acknowledgements of what was never sent are challenged', () => {
    tcp.establish();
    tcp.connection.write(text('abc'));
    tcp.sent.length = 0;
    tcp.receive(ACK, { acknowledgement: 1005 });
    expect(tcp.taken()).toEqual([{ flags: ACK, sequence: 1004, acknowledgement: 5001, length: 0 }]);
  });

  test('an old segment does not take the window back', () => {
    tcp.establish();
    tcp.receive(ACK, { window: 10 });
    tcp.receive(ACK, { sequence: 5001, acknowledgement: 900, window: 60_000 });
    tcp.connection.write(new Uint8Array(100));
    expect(tcp.taken()).toMatchObject([{ length: 10 }]);
  });

  test('nothing is sent while the wire is full', () => {
    tcp.establish();
    tcp.blocked = true;
    tcp.connection.write(text('abc'));
    tcp.pass(60_000);
    expect(tcp.sent).toEqual([]);
    tcp.blocked = false;
    tcp.connection.resume();
    expect(tcp.taken()).toMatchObject([{ sequence: 1001, length: 3 }]);
  });

  test('says when the buffer is full and when there is room', () => {
    tcp.establish();
    let drained = 0;
    tcp.socket.drained = () => {
      drained++;
    };
    tcp.receive(ACK, { window: 0 });
    expect(tcp.connection.write(new Uint8Array(SEND_BUFFER - 1))).toBe(true);
    expect(tcp.connection.write(new Uint8Array(1))).toBe(false);
    let acknowledged = 1001;
    while (drained === 0) {
      tcp.receive(ACK, { acknowledgement: acknowledged, window: 60_000 });
      acknowledged = tcp.connection.next;
    }
    expect(acknowledged - 1001).toBeGreaterThanOrEqual(SEND_BUFFER / 2);
  });
});

describe('closing', () => {
  beforeEach(() => {
    tcp.establish();
  });

  test('the user first: FIN behind the data, then both ways are closed one by one', () => {
    tcp.receive(ACK, { window: 2 });
    tcp.connection.write(text('abc'));
    tcp.connection.end();
    tcp.receive(ACK, { acknowledgement: 1003 });
    expect(tcp.taken()).toMatchObject([
      { sequence: 1001, length: 2, flags: ACK },
      { sequence: 1003, length: 1, flags: ACK | PSH | FIN },
    ]);
    expect(tcp.connection.state).toBe('fin-wait-1');
    tcp.receive(ACK, { acknowledgement: 1005 });
    expect(tcp.connection.state).toBe('fin-wait-2');
    tcp.receive(ACK, { acknowledgement: 1005, payload: text('late') });
    tcp.receive(ACK | FIN, { sequence: 5005, acknowledgement: 1005 });
    expect([tcp.connection.state, tcp.socket.text, tcp.socket.state]).toEqual(['time-wait', 'late', 'ended']);
    tcp.sent.length = 0;
    tcp.pass(1500);
    tcp.receive(ACK | FIN, { sequence: 5005, acknowledgement: 1005 });
    expect(tcp.taken()).toEqual([{ flags: ACK, sequence: 1005, acknowledgement: 5006, length: 0 }]);
    tcp.pass(1500);
    expect(tcp.connection.state).toBe('time-wait');
    tcp.pass(500);
    expect([tcp.connection.state, tcp.socket.state]).toEqual(['closed', 'done']);
  });

  test('the peer first', () => {
    tcp.receive(ACK | FIN);
    expect([tcp.connection.state, tcp.socket.state]).toEqual(['close-wait', 'ended']);
    tcp.connection.write(text('bye'));
    tcp.connection.end();
    expect(tcp.connection.state).toBe('last-ack');
    tcp.receive(ACK, { sequence: 5002, acknowledgement: 1005 });
    expect([tcp.connection.state, tcp.socket.state]).toEqual(['closed', 'done']);
  });

  test('both at once', () => {
    tcp.connection.end();
    tcp.receive(ACK | FIN);
    expect(tcp.connection.state).toBe('closing');
    tcp.receive(ACK, { sequence: 5002, acknowledgement: 1002 });
    expect(tcp.connection.state).toBe('time-wait');
  });

  test('FIN is repeated until it is acknowledged, and not after', () => {
    tcp.connection.end();
    tcp.pass(300);
    expect(tcp.taken()).toMatchObject([{ flags: ACK | PSH | FIN }, { flags: ACK | PSH | FIN }]);
    tcp.receive(ACK, { acknowledgement: 1002 });
    tcp.pass(100_000);
    expect([tcp.connection.state, tcp.sent]).toEqual(['fin-wait-2', []]);
  });

  test('after TIME-WAIT has begun, only a SYN behind the old connection may begin a new one', () => {
    tcp.connection.end();
    tcp.receive(ACK | FIN, { acknowledgement: 1002 });
    expect(tcp.connection.state).toBe('time-wait');
    expect(tcp.connection.yieldsTo({ ...segment(SYN), sequence: 9000 })).toBe(true);
    expect(tcp.connection.yieldsTo({ ...segment(SYN), sequence: 5001 })).toBe(false);
    expect(tcp.connection.yieldsTo({ ...segment(SYN | ACK), sequence: 9000 })).toBe(false);
  });

  test('breaking it off sends a reset, and nothing is heard of it again', () => {
    tcp.connection.write(text('abc'));
    tcp.connection.abort();
    expect(tcp.taken().at(-1)).toMatchObject({ flags: RST | ACK, sequence: 1004 });
    tcp.receive(ACK | FIN);
    tcp.connection.write(text('more'));
    tcp.connection.end();
    tcp.connection.consumed(1);
    tcp.pass(100_000);
    expect([tcp.socket.state, tcp.sent]).toEqual(['open', []]);
  });
});

describe('hostile peers', () => {
  const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

  test.each(SEEDS)('random segments neither throw nor make it send more than they ask for (seed %i)', (seed) => {
    const random = randomNumbers(seed);
    tcp.establish({ mss: random() % 3000, windowScale: random() % 256 });
    tcp.socket.reading = seed % 2 === 0;
    tcp.connection.write(new Uint8Array(50_000));
    for (let count = 0; count < 500; count++) {
      tcp.sent.length = 0;
      const near = (base: number) => (base + (random() % 3 === 0 ? random() : (random() % 4000) - 2000)) >>> 0;
      tcp.receive(random() & 0x1f & ~(random() % 50 === 0 ? 0 : RST), {
        sequence: near(5001),
        acknowledgement: near(1001),
        window: random() % 65_536,
        payload: new Uint8Array(random() % 2000),
      });
      if (random() % 10 === 0) tcp.pass(random() % 1000);
      expect(tcp.sent.length).toBeLessThan(1000);
    }
  });
});

function acknowledgement(number: number) {
  return { flags: ACK, sequence: 1001, acknowledgement: number, length: 0 };
}

function segment(flags: number): TcpSegment {
  const ports = { sourcePort: 4000, destinationPort: 80 };
  return { ...ports, flags, sequence: 0, acknowledgement: 0, window: 60_000, payload: EMPTY };
}
