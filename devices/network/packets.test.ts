/** The formats of the packets, against bytes put down by hand from their specifications; malformed ones first. */

import { describe, expect, test } from 'vitest';
import { randomBytes, randomNumbers } from '../../test/random.ts';
import { formatIpv4, formatMac, parseIpv4, parseMac } from './address.ts';
import { decodeArp, encodeArp } from './arp.ts';
import { internetChecksum } from './checksum.ts';
import { decodeDhcp, encodeDhcp } from './dhcp-message.ts';
import { decodeQuery, encodeAnswer, encodeName } from './dns-message.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIcmp, encodeIcmp, unreachable } from './icmp.ts';
import { decodeIpv4, encodeIpv4, fragment, type Ipv4Packet } from './ipv4.ts';
import { Ipv4Reassembly } from './ipv4-reassembly.ts';
import { ACK, decodeTcp, encodeTcp, SYN } from './tcp-segment.ts';
import { decodeUdp, encodeUdp } from './udp.ts';

/** Bytes from hexadecimal digits; spaces do not count. */
function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.replaceAll(/\s/g, '').match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

const ADDRESSES = { source: 0x0a00_020f, destination: 0x0a00_0202 };

test('no decoder throws, whatever it gets', () => {
  const decoders = [
    decodeEthernet,
    decodeArp,
    decodeIpv4,
    decodeIcmp,
    (bytes: Uint8Array) => decodeUdp(bytes, ADDRESSES),
    (bytes: Uint8Array) => decodeTcp(bytes, ADDRESSES),
    decodeDhcp,
    decodeQuery,
  ];
  const random = randomNumbers(1);
  const valid = [
    encodeIpv4(packet({ payload: new Uint8Array(30) })),
    encodeTcp({ ...TCP, mss: 1460, windowScale: 7 }, ADDRESSES),
    encodeUdp({ sourcePort: 1, destinationPort: 2, payload: new Uint8Array(20) }, ADDRESSES),
    encodeDhcp({ ...DHCP, options: new Map([[53, Uint8Array.of(1)]]) }),
    hex('1234 0100 0001 0000 0000 0000 03777777 0474657374 00 0001 0001'),
  ];
  for (let round = 0; round < 5000; round++) {
    const noise = randomBytes(round + 1, random() % 400);
    const spoilt = valid[random() % valid.length]!.slice();
    spoilt[random() % spoilt.length] = random();
    for (const bytes of [noise, spoilt, spoilt.subarray(0, random() % spoilt.length)]) {
      for (const decode of decoders) decode(bytes);
    }
  }
});

test('addresses', () => {
  expect(parseIpv4('10.0.2.15')).toBe(0x0a00_020f);
  expect(formatIpv4(0xff00_0201)).toBe('255.0.2.1');
  for (const text of ['', '10.0.2', '10.0.2.256', '10.0.2.1.1', '10.0.2.x', '10..2.1', ' 10.0.2.1', '::1']) {
    expect(parseIpv4(text)).toBeUndefined();
  }
  expect(parseMac('52:54:00:12:34:56')).toBe(0x5254_0012_3456);
  expect(formatMac(0x0254_0012_3456)).toBe('02:54:00:12:34:56');
  for (const text of ['', '52:54:00:12:34', '52:54:00:12:34:5g', '525400123456'])
    expect(parseMac(text)).toBeUndefined();
});

test('the checksum is that of the example in RFC 1071, and pads an odd byte', () => {
  expect(internetChecksum(hex('0001 f203 f4f5 f6f7'))).toBe(0xffff - 0xddf2);
  expect(internetChecksum(hex('0001 f2'))).toBe(0xffff - 0xf201);
});

test('ARP', () => {
  const bytes = hex('0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202');
  const decoded = decodeArp(bytes)!;
  expect(decoded).toEqual({
    operation: 1,
    senderMac: 0x5254_0012_3456,
    senderIp: 0x0a00_020f,
    targetMac: 0,
    targetIp: 0x0a00_0202,
  });
  expect(encodeArp(decoded)).toEqual(bytes);
  for (const [offset, value] of [
    [0, 1],
    [2, 9],
    [4, 8],
    [5, 16],
  ] as const) {
    const other = bytes.slice();
    other[offset] = value;
    expect(decodeArp(other)).toBeUndefined();
  }
  expect(decodeArp(bytes.subarray(0, 27))).toBeUndefined();
});

describe('IPv4', () => {
  const BYTES = hex('4500 0018 0007 2002 4011 0000 0a00020f 0a000202 01020304');
  BYTES.set([internetChecksum(BYTES.subarray(0, 20)) >> 8, internetChecksum(BYTES.subarray(0, 20)) & 0xff], 10);

  test('is written as it is read', () => {
    const decoded = decodeIpv4(BYTES)!;
    expect(decoded).toEqual(packet({ moreFragments: true, fragmentOffset: 16, payload: hex('01020304') }));
    expect(encodeIpv4(decoded)).toEqual(BYTES);
  });

  test('padding is no payload; lengths, version and checksum must be right', () => {
    expect(decodeIpv4(Uint8Array.of(...BYTES, 0, 0, 0))!.payload).toHaveLength(4);
    expect(decodeIpv4(BYTES.subarray(0, 23))).toBeUndefined();
    const spoil = (offset: number, value: number) => {
      const bytes = BYTES.slice();
      bytes[offset] = value;
      bytes.set([0, 0], 10);
      bytes.set([internetChecksum(bytes.subarray(0, 20)) >> 8, internetChecksum(bytes.subarray(0, 20)) & 0xff], 10);
      return decodeIpv4(bytes);
    };
    expect(spoil(8, 1)).toBeDefined();
    expect([spoil(0, 0x65), spoil(0, 0x44), spoil(0, 0x4f), spoil(3, 19)]).toEqual(Array(4).fill(undefined));
    const wrong = BYTES.slice();
    wrong[12] = 11;
    expect(decodeIpv4(wrong)).toBeUndefined();
  });
});

describe('fragments', () => {
  const whole = packet({ payload: randomBytes(5, 4000) });
  let now = 0;
  const reassembly = () => new Ipv4Reassembly(() => now);

  test('fit the wire, and come together in any order', () => {
    const parts = [...fragment(whole, 1500)];
    expect(parts.map((part) => encodeIpv4(part).length)).toEqual([1500, 1500, 1060]);
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const each = reassembly();
      const results = order.map((index) => each.add(parts[index]!));
      expect(results.slice(0, 2)).toEqual([undefined, undefined]);
      expect(results[2]).toEqual(whole);
    }
    expect(reassembly().add(whole)).toBe(whole);
  });

  test('that overlap, pass the end or have odd lengths spoil their packet', () => {
    const [first, second, third] = [...fragment(whole, 1500)] as [Ipv4Packet, Ipv4Packet, Ipv4Packet];
    const spoilers = [
      { ...second, fragmentOffset: first.payload.length - 8 },
      first,
      { ...second, payload: second.payload.subarray(0, 9) },
      { ...second, payload: new Uint8Array(0) },
      { ...third, fragmentOffset: 65_528 },
      { ...third, fragmentOffset: 8 },
    ];
    for (const spoiler of spoilers) {
      const each = reassembly();
      expect([first, spoiler, second, third].map((part) => each.add(part))).toEqual(Array(4).fill(undefined));
    }
    const each = reassembly();
    const behind = { ...second, fragmentOffset: third.fragmentOffset + 2000 };
    expect([third, behind, first, second].map((part) => each.add(part))).toEqual(Array(4).fill(undefined));
  });

  test('are forgotten when too many packets are incomplete, or for too long', () => {
    const each = reassembly();
    const [first, ...rest] = [...fragment(whole, 1500)] as [Ipv4Packet, ...Ipv4Packet[]];
    each.add(first);
    for (let identification = 100; identification < 116; identification++) each.add({ ...first, identification });
    expect(rest.map((part) => each.add(part))).toEqual([undefined, undefined]);
    const late = reassembly();
    late.add(first);
    now += 20_000;
    expect(rest.map((part) => late.add(part))).toEqual([undefined, undefined]);
  });
});

describe('ICMP', () => {
  test('echo', () => {
    const bytes = hex('0800 0000 0001 0002 70696e67');
    const checksum = internetChecksum(bytes);
    bytes.set([checksum >> 8, checksum & 0xff], 2);
    const decoded = decodeIcmp(bytes)!;
    expect(decoded).toEqual({ type: 8, code: 0, rest: hex('0001 0002 70696e67') });
    expect(encodeIcmp(decoded)).toEqual(bytes);
    bytes[9] = 0;
    expect(decodeIcmp(bytes)).toBeUndefined();
    expect(decodeIcmp(bytes.subarray(0, 7))).toBeUndefined();
  });

  test('"unreachable" quotes the header and 8 bytes, with the length that the packet had', () => {
    const lost = packet({ payload: randomBytes(1, 100) });
    const message = decodeIcmp(unreachable(3, lost))!;
    expect([message.type, message.code, message.rest.length]).toEqual([3, 3, 4 + 28]);
    expect(message.rest.subarray(4, 24)).toEqual(encodeIpv4(lost).subarray(0, 20));
    expect(message.rest.subarray(24)).toEqual(lost.payload.subarray(0, 8));
  });
});

describe('UDP', () => {
  test('with and without a checksum, and behind padding', () => {
    const bytes = hex('04d2 0035 000b 0000 616263');
    const decoded = decodeUdp(bytes, ADDRESSES)!;
    expect(decoded).toEqual({ sourcePort: 1234, destinationPort: 53, payload: hex('616263') });
    const encoded = encodeUdp(decoded, ADDRESSES);
    // 04d2 + 0035 + 000b + 6162 + 6300 and, of the pseudo-header, 0a00 + 020f + 0a00 + 0202 + 0011 + 000b
    expect(encoded).toEqual(hex('04d2 0035 000b 1e5e 616263'));
    expect(decodeUdp(Uint8Array.of(...encoded, 9, 9), ADDRESSES)).toEqual(decoded);
    expect(decodeUdp(encoded, { ...ADDRESSES, source: 1 })).toBeUndefined();
  });

  test('a length that is too short or too long', () => {
    for (const length of ['0007', '000c']) {
      expect(decodeUdp(hex(`04d2 0035 ${length} 0000 616263`), ADDRESSES)).toBeUndefined();
    }
  });
});

describe('TCP', () => {
  test('options are written and read', () => {
    const bytes = encodeTcp({ ...TCP, mss: 1460, windowScale: 7 }, ADDRESSES);
    expect(bytes.subarray(0, 16)).toEqual(hex('8235 0050 00000064 000000c8 7012 1000'));
    expect(bytes.subarray(18)).toEqual(hex('0000 0204 05b4 0103 0307 616263'));
    expect(decodeTcp(bytes, ADDRESSES)).toEqual({ ...TCP, mss: 1460, windowScale: 7 });
    bytes[30] = 0;
    expect(decodeTcp(bytes, ADDRESSES)).toBeUndefined();
  });

  test('options that make no sense are passed over, and those of no length end them', () => {
    const read = (options: string) => {
      const bytes = Uint8Array.of(...hex('8235 0050 00000064 000000c8 7002 1000 0000 0000'), ...hex(options));
      const sum = internetChecksum(bytes, 0x0a00 + 0x020f + 0x0a00 + 0x0202 + 6 + bytes.length);
      bytes.set([sum >> 8, sum & 0xff], 16);
      const segment = decodeTcp(bytes, ADDRESSES)!;
      return [segment.mss, segment.windowScale];
    };
    expect(read('08020204 05b40000')).toEqual([0x05b4, undefined]);
    expect(read('02030204 05b40303')).toEqual([undefined, undefined]);
    expect(read('02000204 05b40000')).toEqual([undefined, undefined]);
    expect(read('00020204 05b40000')).toEqual([undefined, undefined]);
    expect(read('01010101 01010208')).toEqual([undefined, undefined]);
  });

  test('the header must lie inside', () => {
    const bytes = encodeTcp(TCP, ADDRESSES);
    for (const offset of [0x40, 0xf0]) {
      const wrong = bytes.slice();
      wrong[12] = offset;
      expect(decodeTcp(wrong, ADDRESSES)).toBeUndefined();
    }
  });
});

describe('DNS', () => {
  const QUERY = hex('1234 0100 0001 0000 0000 0000 03777777 0474657374 00 0001 0001');

  test('a query, and its answer', () => {
    const query = decodeQuery(QUERY)!;
    expect(query).toMatchObject({ id: 0x1234, name: 'www.test', type: 1, class: 1 });
    expect(encodeAnswer(query, 0, [hex('01020304')])).toEqual(
      hex(`1234 8180 0001 0001 0000 0000 03777777 0474657374 00 0001 0001
        c00c 0001 0001 0000003c 0004 01020304`),
    );
    expect(encodeAnswer(query, 3, [])).toEqual(hex('1234 8183 0001 0000 0000 0000 03777777 0474657374 00 0001 0001'));
    expect(encodeAnswer(query, 0, Array(100).fill(hex('01020304'))).length).toBeLessThanOrEqual(512);
  });

  test('what is no query of one question', () => {
    for (const [offset, value] of [
      [2, 0x81],
      [2, 0x28],
      [5, 2],
      [12, 0xc0],
      [12, 64],
      [16, 60],
    ] as const) {
      const other = QUERY.slice();
      other[offset] = value;
      expect(decodeQuery(other)).toBeUndefined();
    }
    const long = Uint8Array.of(...QUERY.subarray(0, 12), ...Array(64).fill([3, 97, 97, 97]).flat(), 0, 0, 1, 0, 1);
    expect(decodeQuery(long)).toBeUndefined();
  });

  test('names', () => {
    expect(encodeName('www.test.')).toEqual(hex('03777777 0474657374 00'));
    for (const name of ['', 'a..b', 'a b', 'x'.repeat(64), Array(64).fill('abc').join('.')]) {
      expect(encodeName(name)).toBeUndefined();
    }
  });
});

const TCP = {
  sourcePort: 33_333,
  destinationPort: 80,
  sequence: 100,
  acknowledgement: 200,
  flags: SYN | ACK,
  window: 4096,
  payload: hex('616263'),
};

const DHCP = {
  operation: 1,
  transaction: 0x1234_5678,
  broadcast: true,
  clientAddress: 0,
  yourAddress: 0,
  mac: 0x5254_0012_3456,
};

function packet(fields: Partial<Ipv4Packet>): Ipv4Packet {
  const rest = { protocol: 17, payload: new Uint8Array(0), identification: 7, moreFragments: false, fragmentOffset: 0 };
  return { ...ADDRESSES, ...rest, ...fields };
}
