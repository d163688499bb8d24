import { expect, test } from 'vitest';
import { encodePacket, MAX_PACKET, PacketReader } from './packets.ts';

const bytes = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
const read = (...pieces: string[]) => {
  const reader = new PacketReader();
  return pieces
    .flatMap((piece) => reader.read(bytes(piece)))
    .map((each) => (each.kind === 'packet' ? `packet ${new TextDecoder('latin1').decode(each.data)}` : each.kind));
};

test.each([
  ['a packet', ['$OK#9a'], ['packet OK']],
  ['in pieces', ['$', 'O', 'K#', '9', 'a'], ['packet OK']],
  ['an empty one', ['$#00'], ['packet ']],
  ['two, with acknowledgements between', ['+$OK#9a+$#00'], ['packet OK', 'packet ']],
  ['an escaped byte', ['$}\x03#80'], ['packet #']],
  ['a wrong checksum', ['$OK#9b$OK#9a'], ['damaged', 'packet OK']],
  ['a checksum that is no number', ['$OK#zz'], ['damaged']],
  ['a packet that begins anew', ['$O$OK#9a'], ['packet OK']],
  ['an interrupt between packets', ['\x03'], ['interrupt']],
  ['3 within a packet is data', ['$\x03#03'], ['packet \x03']],
  ['a request to send again', ['-'], ['again']],
  ['noise', ['hello\n'], []],
])('%s', (_, pieces, expected) => {
  expect(read(...pieces)).toEqual(expected);
});

test('a packet without end is dropped, and the next one is read', () => {
  expect(read(`$${'a'.repeat(MAX_PACKET + 1)}`, '$OK#9a')).toEqual(['damaged', 'packet OK']);
});

test('what has a meaning is escaped, and comes back as it was', () => {
  const data = bytes('a$b#c}d*e\x00\xff');
  const encoded = encodePacket(data);
  expect([...encoded].filter((byte) => byte === 0x24 || byte === 0x23)).toHaveLength(2);
  expect(new PacketReader().read(encoded)).toEqual([{ kind: 'packet', data }]);
});
