import { beforeAll, describe, expect, test } from 'vitest';
import { FdtNode, writeFdt } from '../../machine/fdt.ts';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

let v8: InV8;

beforeAll(async () => {
  v8 = await loadInV8('bare/lib/fdt.ts');
});

/** Calls a function; numbers are unsigned. */
function call(name: string, ...args: (bigint | number | string)[]): bigint {
  const result = v8.call(name, ...args);
  return typeof result === 'bigint' ? BigInt.asUintN(64, result) : BigInt(result >>> 0);
}

/** A blob whose length is a multiple of 8, since it has to start so and to end with the memory. */
function blobOf(root: FdtNode, reservations: { address: bigint; size: bigint }[] = []): Uint8Array {
  const exact = writeFdt(root, { reservations });
  const blob = new Uint8Array((exact.length + 7) & ~7);
  blob.set(exact);
  new DataView(blob.buffer).setUint32(4, blob.length);
  return blob;
}

function cString(at: bigint): string {
  const bytes = v8.bytes.subarray(Number(at));
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
}

function sample(): FdtNode {
  const root = new FdtNode().setCells('#address-cells', 2).setCells('#size-cells', 2).setCells('phandle', 7);
  root.add('memory@80000000').setStrings('device_type', 'memory').setCells64('reg', 0x8000_0000, 0x1_2345_6000, 1, 2);
  const cpus = root.add('cpus').setCells('#address-cells', 1).setCells('#size-cells', 0);
  for (const id of [0, 1, 5]) cpus.add(`cpu@${id}`).setCells('reg', id).setStrings('compatible', 'riscv');
  const soc = root.add('soc').setFlag('ranges');
  soc.add('serial@10000000').setStrings('compatible', 'ns16550a', 'ns8250').setCells('phandle', 9);
  soc.add('serial@20000000').setStrings('compatible', 'ns16550a');
  root.add('chosen').setStrings('bootargs', '');
  return root;
}

describe('a device tree', () => {
  let tree: bigint;
  const find = (path: string) => call('fdtFind', tree, path);
  const property = (path: string, name: string) => call('fdtProperty', tree, find(path), name);

  beforeAll(() => {
    tree = v8.placeAtEnd(
      blobOf(sample(), [
        { address: 0x8000_0000n, size: 0x1000n },
        { address: 0n, size: 1n },
      ]),
    );
  });

  test('is valid and has its size', () => {
    expect(call('fdtValid', tree)).toBe(1n);
    expect(call('fdtTotalSize', tree)).toBe(BigInt(v8.bytes.length) - tree);
  });

  test('nodes are found by path, with and without unit address', () => {
    for (const path of ['/memory@80000000', '/cpus/cpu@1', '/soc/serial@20000000', '/chosen']) {
      expect(cString(call('fdtNodeName', find(path)))).toBe(path.split('/').at(-1));
    }
    expect(find('/memory')).toBe(find('/memory@80000000'));
    expect(find('/soc/serial')).toBe(find('/soc/serial@10000000'));
    expect(find('/')).toBe(call('fdtRoot', tree));
    for (const path of ['/mem', '/memory@8', '/memory@800000000', '/chosen/x', '/serial@10000000', '/cpus/cpu@2']) {
      expect([path, find(path)]).toEqual([path, 0n]);
    }
  });

  test('children, siblings and parents', () => {
    const children: string[] = [];
    const root = call('fdtRoot', tree);
    for (let node = call('fdtFirstChild', tree, root); node !== 0n; node = call('fdtNextSibling', tree, node)) {
      children.push(cString(call('fdtNodeName', node)));
      expect(call('fdtParent', tree, node)).toBe(root);
    }
    expect(children).toEqual(['memory@80000000', 'cpus', 'soc', 'chosen']);
    expect(call('fdtParent', tree, find('/soc/serial@20000000'))).toBe(find('/soc'));
    expect(call('fdtParent', tree, find('/cpus/cpu@5'))).toBe(find('/cpus'));
    expect(call('fdtParent', tree, root)).toBe(0n);
    expect(call('fdtFirstChild', tree, find('/chosen'))).toBe(0n);
    expect(call('fdtNextSibling', tree, root)).toBe(0n);
  });

  test('names compare without their unit address', () => {
    expect(call('fdtNodeNameIs', find('/memory'), 'memory')).toBe(1n);
    expect(call('fdtNodeNameIs', find('/memory'), 'memory@80000000')).toBe(1n);
    expect(call('fdtNodeNameIs', find('/memory'), 'memor')).toBe(0n);
    expect(call('fdtNodeNameIs', find('/memory'), 'memory@80000001')).toBe(0n);
  });

  test('properties have their length and value', () => {
    const reg = property('/memory', 'reg');
    expect(call('fdtPropertyLength', reg)).toBe(32n);
    expect(call('fdtCell', call('fdtPropertyData', reg) + 4n)).toBe(0x8000_0000n);
    expect(call('fdtCells', call('fdtPropertyData', reg) + 8n, 2)).toBe(0x1_2345_6000n);
    expect(call('fdtStringIs', property('/memory', 'device_type'), 'memory')).toBe(1n);
    expect(call('fdtStringIs', property('/memory', 'device_type'), 'memor')).toBe(0n);
    expect(call('fdtStringIs', property('/memory', 'device_type'), 'memory1')).toBe(0n);
    expect(call('fdtStringIs', property('/chosen', 'bootargs'), '')).toBe(1n);
    expect(call('fdtPropertyLength', property('/soc', 'ranges'))).toBe(0n);
    expect([property('/memory', 're'), property('/memory', 'regs'), property('/soc', 'phandle')]).toEqual([0n, 0n, 0n]);
  });

  test('reg is read by the cells of the parent', () => {
    const reg = (parent: string, path: string) => {
      const [up, node] = [find(parent), find(path)];
      const count = Number(call('fdtRegCount', tree, up, node));
      const pair = (index: number) =>
        ['fdtRegAddress', 'fdtRegSize'].map((name) => Number(call(name, tree, up, node, index)));
      return Array.from({ length: count + 1 }, (_, index) => pair(index));
    };
    expect(reg('/', '/memory')).toEqual([
      [0x8000_0000, 0x1_2345_6000],
      [1, 2],
      [0, 0],
    ]);
    expect(reg('/cpus', '/cpus/cpu@5')).toEqual([
      [5, 0],
      [0, 0],
    ]);
    expect([call('fdtAddressCells', tree, find('/soc')), call('fdtSizeCells', tree, find('/soc'))]).toEqual([2n, 1n]);
  });

  test('nodes are found by compatible and by phandle', () => {
    const first = call('fdtFindCompatible', tree, 0n, 'ns16550a');
    const second = call('fdtFindCompatible', tree, first, 'ns16550a');
    expect([first, second]).toEqual([find('/soc/serial@10000000'), find('/soc/serial@20000000')]);
    expect(call('fdtFindCompatible', tree, second, 'ns16550a')).toBe(0n);
    expect(call('fdtIsCompatible', tree, first, 'ns8250')).toBe(1n);
    expect(call('fdtIsCompatible', tree, first, 'ns16550')).toBe(0n);
    expect(call('fdtFindPhandle', tree, 9)).toBe(first);
    expect(call('fdtFindPhandle', tree, 7)).toBe(call('fdtRoot', tree));
    expect(call('fdtFindPhandle', tree, 8)).toBe(0n);
  });

  test('memory reservations', () => {
    expect(call('fdtReservationCount', tree)).toBe(2n);
    const entry = (index: number) =>
      ['fdtReservationAddress', 'fdtReservationSize'].map((name) => call(name, tree, index));
    expect(entry(0)).toEqual([0x8000_0000n, 0x1000n]);
    expect(entry(1)).toEqual([0n, 1n]);
  });
});

describe('what nobody vouches for', () => {
  const patched = (offset: number, ...words: number[]) => {
    const blob = blobOf(sample());
    for (const [index, word] of words.entries()) new DataView(blob.buffer).setUint32(offset + 4 * index, word);
    return blob;
  };

  test.each([
    ['no magic', patched(0, 0xd00dfeee)],
    ['version 16', patched(20, 16)],
    ['compatible with 18 only', patched(20, 18, 18)],
    ['a structure block out of bounds', patched(36, 0x10000)],
    ['a structure block that wraps around', patched(8, 0xffff_fffc)],
    ['an odd structure block', patched(8, 57)],
    ['a strings block out of bounds', patched(32, 0x10000)],
    ['reservations out of bounds', patched(16, 0x10000)],
    ['a size below the header', patched(4, 39)],
  ])('%s is not valid', (_, blob) => {
    expect(call('fdtValid', v8.placeAtEnd(blob))).toBe(0n);
  });

  test('an address that is not a multiple of 8 is not valid', () => {
    expect(call('fdtValid', v8.placeAtEnd(blobOf(sample())) + 4n)).toBe(0n);
    expect(call('fdtValid', 0n)).toBe(0n);
  });

  test('a later version that is compatible is valid', () => {
    expect(call('fdtValid', v8.placeAtEnd(patched(20, 18, 17)))).toBe(1n);
  });

  test('a tree cut anywhere is read to there and not further', () => {
    const whole = blobOf(sample());
    const size = new DataView(whole.buffer).getUint32(36);
    const seen = new Set<number>();
    for (let length = 0; length <= size; length++) {
      // The structure block comes last here, so that what follows it is no memory.
      const blob = new Uint8Array(56 + 512 + length + (-length & 7));
      blob.set(whole.subarray(0, 56));
      blob.set(whole.subarray(56 + size), 56);
      const view = new DataView(blob.buffer);
      const start = blob.length - length - (length % 4 === 0 ? 0 : 4 - (length % 4));
      blob.set(whole.subarray(56, 56 + length), start);
      for (const [field, value] of [
        [4, blob.length],
        [8, start],
        [12, 56],
        [36, length],
      ]) {
        view.setUint32(field!, value!);
      }
      seen.add(walk(v8.placeAtEnd(blob)));
    }
    expect(seen.size).toBeGreaterThan(5);
    expect(Math.max(...seen)).toBe(10);
  });

  test('no damaged byte makes a walk leave the blob or go on for ever', () => {
    const blob = blobOf(sample());
    let valid = 0;
    for (let at = 8; at < blob.length; at++) {
      for (const value of [0, 1, 3, 0x7f, 0xff]) {
        const damaged = blob.slice();
        damaged[at] = value;
        const tree = v8.placeAtEnd(damaged);
        if (call('fdtValid', tree) === 0n) continue;
        valid++;
        walk(tree);
      }
    }
    expect(valid).toBeGreaterThan(1000);
  });

  /** Calls everything on every node; gives their number. */
  function walk(tree: bigint): number {
    let nodes = 0;
    for (let node = call('fdtRoot', tree); node !== 0n; node = call('fdtNextNode', tree, node)) {
      nodes++;
      const parent = call('fdtParent', tree, node);
      for (let index = 0; index < 3; index++) call('fdtRegSize', tree, parent === 0n ? node : parent, node, index);
      call('fdtNextSibling', tree, node);
      call('fdtIsCompatible', tree, node, 'ns8250');
      call('fdtNodeNameIs', node, 'serial');
    }
    call('fdtFind', tree, '/soc/serial@20000000');
    expect(call('fdtReservationCount', tree)).toBeLessThan(100n);
    return nodes;
  }
});

test.each([
  ['/soc/serial@20000000', '/soc/serial@20000000'],
  ['/soc/serial@20000000:115200n8', '/soc/serial@20000000'],
  ['serial0', '/soc/serial@20000000'],
  ['serial0:115200', '/soc/serial@20000000'],
  ['serial1', undefined],
  ['', undefined],
  ['/soc/serial@30000000', undefined],
])('the console %j is %s', (stdout, path) => {
  const root = sample();
  root.add('aliases').setStrings('serial0', '/soc/serial@20000000');
  root.child('chosen')!.setStrings('stdout-path', stdout);
  const tree = v8.placeAtEnd(blobOf(root));
  expect(call('fdtConsole', tree)).toBe(path === undefined ? 0n : call('fdtFind', tree, path));
});
