import { describe, expect, test } from 'vitest';
import { FdtError, FdtNode, readFdt, writeFdt } from './fdt.ts';

function sample(): FdtNode {
  const root = new FdtNode();
  root.setCells('#address-cells', 2).setStrings('compatible', 'riscv-virtio', 'second');
  const soc = root.add('soc').setFlag('ranges');
  soc.add('serial@10000000').setCells64('reg', 0x1000_0000, 0x100).setStrings('compatible', 'ns16550a');
  root.add('memory@80000000').setCells64('reg', 0x8000_0000, 0x1_2345_6000);
  return root;
}

/** A blob whose words from `offset` on are replaced. */
function patched(offset: number, ...words: readonly number[]): Uint8Array {
  const blob = writeFdt(sample());
  const view = new DataView(blob.buffer);
  for (const [index, word] of words.entries()) view.setUint32(offset + 4 * index, word);
  return blob;
}

const STRUCTURE = 40 + 16;

describe('FdtNode', () => {
  test('values read back as cells and strings, big-endian', () => {
    const root = sample();
    const memory = root.find('/memory@80000000')!;
    expect(memory.properties.get('reg')).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 1, 0x23, 0x45, 0x60, 0),
    );
    expect(memory.cells('reg')).toEqual([0, 0x8000_0000, 1, 0x2345_6000]);
    expect(root.strings('compatible')).toEqual(['riscv-virtio', 'second']);
    expect(root.find('soc/serial@10000000')?.name).toBe('serial@10000000');
    expect(root.find('soc/serial')).toBeUndefined();
    expect(root.find('')).toBe(root);
  });

  test('a value of another type is undefined', () => {
    const node = new FdtNode().set('odd', Uint8Array.of(1, 2, 3)).setFlag('flag');
    expect([node.cells('odd'), node.strings('odd'), node.strings('flag'), node.cells('none')]).toEqual(
      new Array(4).fill(undefined),
    );
    expect(node.cells('flag')).toEqual([]);
  });

  test('refuses names that the specification does not allow, and a name twice', () => {
    const node = new FdtNode();
    node.add('cpu@0');
    expect(() => node.add('cpu@0')).toThrow("already has a child 'cpu@0'");
    expect(() => node.add('a b')).toThrow("'a b' is not a device-tree node name");
    expect(() => node.add('')).toThrow(FdtError);
    expect(() => node.setFlag('x'.repeat(32))).toThrow('is not a device-tree property name');
  });
});

describe('writeFdt', () => {
  test('starts with the header of version 17', () => {
    const blob = writeFdt(sample(), { bootCpu: 3 });
    const view = new DataView(blob.buffer);
    const header = Array.from({ length: 10 }, (_, index) => view.getUint32(4 * index));
    const [structure, strings] = [header[9]!, header[8]!];
    expect(header).toEqual([
      0xd00dfeed,
      blob.length,
      STRUCTURE,
      STRUCTURE + structure,
      40,
      17,
      16,
      3,
      strings,
      structure,
    ]);
    expect(strings).toBe('#address-cells\0compatible\0ranges\0reg\0'.length);
  });

  test('what it writes reads back the same', () => {
    const reservations = [{ address: 0x8000_0000n, size: 0x4_0000n }];
    const tree = readFdt(writeFdt(sample(), { bootCpu: 1, reservations }));
    expect(tree).toEqual({ root: sample(), reservations, bootCpu: 1 });
  });
});

describe('readFdt', () => {
  test('reads a blob inside a larger buffer', () => {
    const blob = writeFdt(sample());
    const larger = new Uint8Array(blob.length + 20).fill(0xff);
    larger.set(blob, 3);
    expect(readFdt(larger.subarray(3)).root).toEqual(sample());
  });

  test('skips NOP tokens', () => {
    const root = new FdtNode().setCells('a', 1);
    const blob = writeFdt(root);
    new DataView(blob.buffer).setUint32(STRUCTURE + 8, 4);
    for (const offset of [12, 16, 20]) new DataView(blob.buffer).setUint32(STRUCTURE + offset, 4);
    expect(readFdt(blob).root).toEqual(new FdtNode());
  });

  test.each([
    ['a wrong magic', patched(0, 0x7f454c46), 'starts with 0x7f454c46, not 0xd00dfeed'],
    ['a later version', patched(20, 18, 18), 'version 18, compatible down to 18'],
    ['an earlier version', patched(20, 16), 'version 16'],
    ['a truncated blob', writeFdt(sample()).subarray(0, 100), 'truncated, its header says'],
    ['a truncated header', writeFdt(sample()).subarray(0, 39), '39 bytes are too few'],
    ['a structure block out of bounds', patched(36, 0x10000), 'the structure block passes the end'],
    ['a strings block out of bounds', patched(32, 0x10000), 'the strings block passes the end'],
    ['an odd structure block', patched(8, STRUCTURE + 1), 'not aligned'],
    ['an unknown token', patched(STRUCTURE, 5), 'offset 0x38: token 5 is none'],
    ['a property before the root', patched(STRUCTURE, 3), 'outside of every node'],
    ['an end before the root', patched(STRUCTURE, 2), 'has not begun'],
    ['a root with a name', patched(STRUCTURE + 4, 0x61000000), "the root node is named 'a'"],
    ['an endless property', patched(STRUCTURE + 12, 0x7fff_ffff), 'a property of 2147483647 bytes passes'],
    ['a property name out of bounds', patched(STRUCTURE + 16, 0xffff), 'a name does not end'],
    ['a structure block cut short', patched(36, 16), 'the structure block does not end'],
    ['an endless reservation block', patched(16, 0xffff), 'reservation block does not end'],
  ])('refuses %s', (_, blob, message) => {
    expect(() => readFdt(blob)).toThrow(message);
    expect(() => readFdt(blob)).toThrow(FdtError);
  });

  test('no flipped bit makes it fail in another way', () => {
    const blob = writeFdt(sample());
    let refused = 0;
    for (let bit = 0; bit < 8 * blob.length; bit++) {
      const flipped = blob.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        readFdt(flipped);
      } catch (error) {
        expect(error).toBeInstanceOf(FdtError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
