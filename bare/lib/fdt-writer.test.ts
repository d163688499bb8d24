import { beforeAll, describe, expect, test } from 'vitest';
import { FdtNode, readFdt } from '../../machine/fdt.ts';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

const CAPACITY = 0x1000;

let bare: InV8;
let buffer: bigint;
let bytes: bigint;
let text: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/lib/entry-of-test.ts', {
    source: `import { beginFdt, FdtWriter, FDT_MINIMUM_SIZE } from './fdt-writer';
      export { fdtValid, fdtFind, fdtProperty, fdtPropertyLength, fdtRegAddress, fdtRegSize } from './fdt';
      export const minimum: usize = FDT_MINIMUM_SIZE;
      function tree(writer: FdtWriter, bytes: usize, text: usize): void {
        writer.beginNode('');
        writer.propertyString('model', 'a model');
        writer.propertyU32('#address-cells', 2);
        writer.propertyU32('#size-cells', 2);
        writer.beginNodeAt('memory', 0x80000000);
        writer.propertyString('device_type', 'memory');
        writer.beginProperty('reg');
        writer.cells64(0x80000000);
        writer.cells64(0x123456789000);
        writer.endProperty();
        writer.endNode();
        writer.beginNodeAt('cpu', 0);
        writer.propertyString('device_type', 'cpu');
        writer.propertyEmpty('flag');
        writer.beginProperty('compatible');
        writer.string('first');
        writer.string('second one');
        writer.endProperty();
        writer.beginNode('deep');
        writer.propertyU64('reg', 0xfedcba9876543210);
        writer.propertyBytes('bytes', bytes, 5);
        writer.endNode();
        writer.endNode();
        writer.beginNode('chosen');
        writer.propertyCString('bootargs', text);
        writer.endNode();
        writer.endNode();
      }
      export function sample(buffer: usize, capacity: usize, bytes: usize, text: usize): u32 {
        const writer = beginFdt(buffer, capacity);
        tree(writer, bytes, text);
        return writer.finish();
      }
      export function smallest(buffer: usize, capacity: usize): u32 {
        const writer = beginFdt(buffer, capacity);
        writer.beginNode('');
        writer.endNode();
        return writer.finish();
      }
      export function nodeAt(buffer: usize, address: u64): u32 {
        const writer = beginFdt(buffer, ${CAPACITY});
        writer.beginNode('');
        writer.beginNodeAt('n', address);
        writer.endNode();
        writer.endNode();
        return writer.finish();
      }
      export function hugeProperty(buffer: usize, size: usize): u32 {
        const writer = beginFdt(buffer, ${CAPACITY});
        writer.beginNode('');
        writer.propertyBytes('huge', buffer, size);
        writer.propertyU32('next', 1);
        writer.endNode();
        return writer.finish();
      }`,
  });
  buffer = bare.allocate(CAPACITY);
  bytes = bare.place(Uint8Array.of(1, 2, 3, 4, 5));
  text = bare.placeCString('console=hvc0');
});

function sample(capacity = CAPACITY): Uint8Array | null {
  const size = bare.number('sample', buffer, BigInt(capacity), bytes, text);
  return size === 0 ? null : bare.slice(buffer, size);
}

/** A node as plain values. */
function plain(node: FdtNode): object {
  const hex = (value: Uint8Array) => Buffer.from(value).toString('latin1');
  const properties = [...node.properties].map(([name, value]) => [name, hex(value)]);
  return { name: node.name, properties, children: node.children.map(plain) };
}

test("the machine's reader finds what was written, in its order", () => {
  const root = new FdtNode().setStrings('model', 'a model').setCells('#address-cells', 2).setCells('#size-cells', 2);
  const memory = root.add('memory@80000000').setStrings('device_type', 'memory');
  memory.setCells('reg', 0, 0x8000_0000, 0x1234, 0x5678_9000);
  const cpu = root
    .add('cpu@0')
    .setStrings('device_type', 'cpu')
    .setFlag('flag')
    .setStrings('compatible', 'first', 'second one');
  cpu
    .add('deep')
    .setCells('reg', 0xfedc_ba98, 0x7654_3210)
    .set('bytes', Uint8Array.of(1, 2, 3, 4, 5));
  root.add('chosen').setStrings('bootargs', 'console=hvc0');

  const tree = readFdt(sample()!);
  expect(plain(tree.root)).toEqual(plain(root));
  expect(tree.reservations).toEqual([]);
  expect(bare.intact(buffer, CAPACITY)).toBe(true);
});

test('the bare-metal reader takes it', () => {
  sample();
  expect(bare.number('fdtValid', buffer)).toBe(1);
  const root = bare.call('fdtFind', buffer, '/');
  const memory = bare.call('fdtFind', buffer, '/memory');
  expect(bare.call('fdtRegAddress', buffer, root, memory, 0)).toBe(0x8000_0000n);
  expect(bare.call('fdtRegSize', buffer, root, memory, 0)).toBe(0x1234_5678_9000n);
  const deep = bare.call('fdtFind', buffer, '/cpu@0/deep');
  expect(bare.number('fdtPropertyLength', bare.call('fdtProperty', buffer, deep, 'bytes'))).toBe(5);
});

test('the header is that of version 17, with the blocks in order and the names once', () => {
  const blob = sample()!;
  const view = new DataView(blob.buffer);
  const fields = Array.from({ length: 10 }, (_, index) => view.getUint32(4 * index));
  const [magic, size, structure, strings, reservations, version, compatible, bootCpu, stringsSize, structureSize] =
    fields;
  expect([magic, size, version, compatible, bootCpu]).toEqual([0xd00dfeed, blob.length, 17, 16, 0]);
  expect([reservations, structure, strings]).toEqual([40, 56, 56 + structureSize!]);
  expect(strings! + stringsSize!).toBe(size);
  const names = new TextDecoder().decode(blob.subarray(strings)).split('\0').slice(0, -1);
  expect(names.sort()).toEqual(
    ['#address-cells', '#size-cells', 'bootargs', 'bytes', 'compatible', 'device_type', 'flag', 'model', 'reg'].sort(),
  );
});

describe('a buffer that is too small', () => {
  test('is left at 0, at whatever byte it ends, and nothing is written past it', () => {
    const size = sample()!.length;
    const minimum = Number(bare.constant('minimum'));
    for (let capacity = minimum; capacity < size + 8; capacity++) {
      bare.bytes.fill(0xab, Number(buffer), Number(buffer) + CAPACITY);
      const blob = sample(capacity);
      expect(blob === null).toBe(capacity < size);
      const past = bare.slice(buffer + BigInt(capacity), CAPACITY - capacity);
      expect(past.every((byte) => byte === 0xab)).toBe(true);
    }
  });

  test('is not taken at all below the size of the smallest tree', () => {
    const minimum = bare.constant('minimum');
    expect(bare.number('smallest', buffer, minimum)).toBe(Number(minimum));
    expect(readFdt(bare.slice(buffer, Number(minimum))).root.children).toEqual([]);
    expect(() => bare.call('smallest', buffer, minimum - 1n)).toThrow();
    expect(() => bare.call('smallest', buffer + 4n, minimum)).toThrow();
  });

  test('a value of any size', () => {
    for (const size of [CAPACITY, 2 ** 40, -1, -CAPACITY]) {
      expect(bare.number('hugeProperty', buffer, BigInt.asUintN(64, BigInt(size)))).toBe(0);
    }
    expect(bare.intact(buffer, CAPACITY)).toBe(true);
  });
});

test.each([
  [0n, 'n@0'],
  [0xabcn, 'n@abc'],
  [0x1000_0000_0000_0000n, 'n@1000000000000000'],
  [2n ** 64n - 1n, 'n@ffffffffffffffff'],
])('unit address %i', (address, name) => {
  const size = bare.number('nodeAt', buffer, address);
  expect(readFdt(bare.slice(buffer, size)).root.children[0]!.name).toBe(name);
});
