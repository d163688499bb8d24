/** Network cards in their slots, as programs on the real core drive them. */

import { expect, test } from 'vitest';
import { MockHost } from '../devices/network/testing/mock-host.ts';
import type { NetworkBackend, NetworkCard } from '../devices/network-backend.ts';
import { Machine, NetworkSwitch, UserNetwork } from './index.ts';
import { testCore, testMachine } from './testing/test-machine.ts';
import { DRIVER } from './testing/virtio-driver.ts';

/** A program that has the card of slot 0 in s0, and queues at `receive` and `transmit` with a buffer of 128 bytes each. */
function networkProgram(main: string, frame = ''): string {
  return `
      j    main
${DRIVER}
main: li   s0, SLOT(0)
      li   a2, 1
      ${main}
      finish 0x5555
      .balign 16
receive:
      .dword received
      .word  1526
      .half  2, 0
      .zero  48
      .zero  128
transmit:
      .dword frame
      .word  end - frame
      .half  0, 0
      .zero  48
      .zero  128
frame:
      .zero  12                  /* the header of virtio-net */
      ${frame}
end:
      .balign 16
received: .zero 1526`;
}

const startQueue = (index: number, queue: string) => `
      li   a0, ${index}
      la   a1, ${queue}
      jal  start_device`;
const START_RECEIVE = startQueue(0, 'receive');
const RECEIVE = `${START_RECEIVE}
      jal  request
      la   s1, received
      ld   s2, 12 + 14(s1)`;
const SEND = `${startQueue(1, 'transmit')}
      jal  request`;

/** From 02:00:00:00:00:01 to all. */
const BROADCAST = '.byte 0xff,0xff,0xff,0xff,0xff,0xff, 2,0,0,0,0,1, 0x12,0x34\n .asciz "packets"';

test('a frame goes from machine to machine, and wakes the one that waits for it', async () => {
  const network = new NetworkSwitch();
  const receiver = (await testMachine(networkProgram(RECEIVE), { networks: [{ backend: network.port() }] })).machine;
  const sender = (await testMachine(networkProgram(SEND, BROADCAST), { networks: [{ backend: network.port() }] }))
    .machine;
  const running = receiver.run();
  expect(await sender.run()).toEqual({ kind: 'pass' });
  expect(await running).toEqual({ kind: 'pass' });
  const bytes = new BigUint64Array([receiver.hart(0).x[18]!]).buffer;
  expect(new TextDecoder().decode(new Uint8Array(bytes))).toBe('packets\0');
});

test('a card that waits for a frame when it is saved gets it where it is restored', async () => {
  const { machine } = await testMachine(networkProgram(RECEIVE), {
    networks: [{ backend: new NetworkSwitch().port() }],
  });
  expect(await machine.run({ timeout: 200 })).toEqual({ kind: 'timeout' });
  const network = new NetworkSwitch();
  const other = { core: await testCore(), networks: [{ backend: network.port() }] };
  const restored = await Machine.restore(await machine.snapshot(), other);
  const station = network.port();
  const running = restored.run();
  station.send(
    Uint8Array.from([...new Array(6).fill(0xff), 2, 0, 0, 0, 0, 1, 0x12, 0x34, 8, 7, 6, 5, 4, 3, 2, 1]),
    false,
  );
  expect(await running).toEqual({ kind: 'pass' });
  expect(restored.hart(0).x[18]).toBe(0x0102_0304_0506_0708n);
});

test('the user network answers, and the card has the address of QEMU’s', async () => {
  const request = `.byte 0xff,0xff,0xff,0xff,0xff,0xff, 0x52,0x54,0,0x12,0x34,0x56, 8,6
      .byte 0,1, 8,0, 6, 4, 0,1, 0x52,0x54,0,0x12,0x34,0x56, 10,0,2,15, 0,0,0,0,0,0, 10,0,2,2`;
  const look = 'lw s3, 0x100(s0)\n lbu s4, 12 + 14 + 7(s1)\n lbu s5, 12 + 6(s1)';
  const program = networkProgram([START_RECEIVE, SEND, RECEIVE, look].join('\n'), request);
  const networks = [{ backend: new UserNetwork({ host: new MockHost() }) }];
  const { machine } = await testMachine(program, { networks });
  expect(await machine.run()).toEqual({ kind: 'pass' });
  const { x } = machine.hart(0);
  // The MAC address in the configuration space; ARP's reply; from the gateway.
  expect([x[19], x[20], x[21]]).toEqual([0x1200_5452n, 2n, 0x52n]);
});

/** A back end that sends a frame at a certain time. */
class Alarm implements NetworkBackend {
  readonly takesUnfinished = false;
  card!: NetworkCard;
  deadline = 30;
  at: number | undefined;

  attach(card: NetworkCard): void {
    this.card = card;
  }

  timeout(): void {
    this.at = this.card.now();
    this.deadline = Number.POSITIVE_INFINITY;
    this.card.receive(new Uint8Array(64));
  }

  send(): void {}
  resume(): void {}
  reset(): void {}
  save = () => ({});
  load(): void {}
}

test.each(['counted', 'real'] as const)('a back end acts when its time has come, in %s time', async (time) => {
  const backend = new Alarm();
  const { machine } = await testMachine(networkProgram(RECEIVE), { networks: [{ backend }], time });
  const before = performance.now();
  expect(await machine.run()).toEqual({ kind: 'pass' });
  if (time === 'counted') expect(backend.at).toBe(30);
  else expect(backend.at).toBeGreaterThanOrEqual(30);
  // Who is at the other end lives in real time, so that passes too.
  expect(performance.now() - before).toBeGreaterThanOrEqual(25);
});
