/** Parts of the firmware, as they are, in V8: CSRs are variables, memory is V8's. The whole of it runs in test/firmware. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FdtNode, readFdt, writeFdt } from '../../machine/fdt.ts';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

const SOURCE = `
export * from './bare/firmware/hart';
export * from './bare/lib/hart-mask';
export * from './bare/firmware/hart-state';
export * from './bare/rv/sbi';
export * from './bare/firmware/features';
export * from './bare/firmware/link-table';
export * from './bare/firmware/pmp';
export * from './bare/firmware/platform';
export * from './bare/firmware/redirect';
export * from './bare/firmware/remote-fence';
export * from './bare/firmware/reserved-memory';
export * from './bare/firmware/emulate-time';
export * from './bare/firmware/sbi/rfence';
`;

const ALL_ONES = 2n ** 64n - 1n;
const NEITHER = -1;
const ILLEGAL_INSTRUCTION = 2n;
/** What `mtime` reads. */
const NOW = 0x1234_5678n;

const SIE = 1n << 1n;
const SPIE = 1n << 5n;
const SPP = 1n << 8n;
const MPP_S = 1n << 11n;
const GVA = 1n << 38n;
const MPV = 1n << 39n;
const HSTATUS_GVA = 1n << 6n;
const HSTATUS_SPV = 1n << 7n;
const HSTATUS_SPVP = 1n << 8n;

let v8: InV8;
let hart: bigint;
let linkTable: bigint;
/** Device registers that were written. */
const writes = new Map<bigint, number>();
const csrs = new Map<string, bigint>();
/** CSRs that this hart does not have. */
const missing = new Set<string>();

function readCsr(name: string): bigint {
  if (missing.has(name)) v8.setU64(hart + v8.constant('HART_TRAP_CAUSE'), ILLEGAL_INSTRUCTION);
  return csrs.get(name) ?? 0n;
}

const names = [
  'misa',
  'menvcfg',
  'stimecmp',
  'mstateen0',
  'pmpaddr0',
  'time',
  'hedeleg',
  'stvec',
  'vstvec',
  'vsstatus',
];
names.push('sepc', 'scause', 'stval', 'vsepc', 'vscause', 'vstval', 'htval', 'htinst', 'hstatus');
names.push('hcounteren', 'scounteren', 'htimedelta');
const imports: Record<string, (...args: never[]) => bigint | number | undefined> = {
  'intrinsics.read_tp': () => hart,
  'intrinsics.mmio_read64': () => NOW,
  'intrinsics.mmio_write8': (address: bigint, value: number): undefined => void writes.set(address, value),
  'link-table.link_table': () => linkTable,
};
for (const name of names) {
  imports[`csr.csrr_${name}`] = () => readCsr(name);
  imports[`csr.csrw_${name}`] = (value: bigint): undefined => void csrs.set(name, BigInt.asUintN(64, value));
  imports[`csr.csrs_${name}`] = (value: bigint): undefined => void csrs.set(name, readCsr(name) | value);
  imports[`csr.csrc_${name}`] = (value: bigint): undefined => void csrs.set(name, readCsr(name) & ~value);
}

const unsigned = (name: string, ...args: (bigint | number)[]) => BigInt.asUintN(64, v8.call(name, ...args) as bigint);
const field = (name: string) => v8.u64(hart + v8.constant(name));
const setField = (name: string, value: bigint) => v8.setU64(hart + v8.constant(name), value);
const register = (index: number) => unsigned('register', hart, index);

beforeAll(async () => {
  v8 = await loadInV8('firmware.ts', { source: SOURCE, imports });
  linkTable = v8.allocate(24);
  hart = v8.allocate(Number(v8.constant('HART_SIZE')));
  v8.setU64(linkTable, hart);
  v8.setU64(linkTable + 8n, 0x8000_0000n);
  v8.setU64(linkTable + 16n, 0x8003_9000n);
});

describe('lists of harts', () => {
  const FOUR = 0b1111n;
  test.each([
    ['no hart', 0n, 0n, FOUR, 0n],
    ['one', 1n, 0n, FOUR, 1n],
    ['one by its base', 1n, 3n, FOUR, 0b1000n],
    ['some', 0b101n, 1n, FOUR, 0b1010n],
    ['all by base -1, whatever the mask', 0n, ALL_ONES, FOUR, FOUR],
    ['one that is not there', 0b10000n, 0n, FOUR, ALL_ONES],
    ['one that is not there among others', 0b11n, 3n, FOUR, ALL_ONES],
    ['a gap among those that are there', 0b10n, 0n, 0b1101n, ALL_ONES],
    ['a bit that the base shifts out', (1n << 63n) | 1n, 1n, FOUR, ALL_ONES],
    ['a base beyond every hart', 0n, 8n, FOUR, ALL_ONES],
    ['a base of 64, by which a shift would not shift', 1n, 64n, FOUR, ALL_ONES],
  ])('%s', (_, mask, base, available, expected) => {
    expect(unsigned('selectHarts', mask, base, available)).toBe(expected);
  });
});

describe('ranges of remote fences', () => {
  test.each([
    ['nothing at 0: everything', 0n, 0n, 0n],
    ['size -1: everything', 0x1000n, ALL_ONES, 0n],
    ['a page', 0x1000n, 0x1000n, 1n],
    ['two bytes of two pages', 0xfffn, 2n, 2n],
    ['nothing somewhere else is at least no more than a page', 0x1000n, 0n, 1n],
    ['64 pages', 0n, 0x40000n, 64n],
    ['more: everything', 0n, 0x40001n, 0n],
    ['nearly everything', 0n, ALL_ONES - 1n, 0n],
    ['the last page', ALL_ONES - 0xfffn, 0x1000n, 1n],
  ])('%s', (_, start, size, pages) => {
    expect(unsigned('pageCount', start, size)).toBe(pages);
  });

  test('a range may end with the address space and not pass it', () => {
    expect(v8.call('isRange', ALL_ONES - 0xfffn, 0x1000n)).toBe(1);
    expect(v8.call('isRange', ALL_ONES - 0xfffn, 0x1001n)).toBe(0);
    expect(v8.call('isRange', ALL_ONES, ALL_ONES)).toBe(1);
  });
});

test('of all that start a stopped hart one may', () => {
  const [STARTED, STOPPED, START_PENDING] = ['STARTED', 'STOPPED', 'START_PENDING'].map((name) =>
    v8.constant(`SBI_HSM_STATE_${name}`),
  );
  v8.call('setState', hart, STOPPED!);
  expect([v8.call('claimStopped', hart), v8.call('claimStopped', hart)]).toEqual([1, 0]);
  expect(v8.call('stateOf', hart)).toBe(START_PENDING);
  v8.call('setState', hart, STARTED!);
  expect(v8.call('claimStopped', hart)).toBe(0);
  expect(v8.call('stateOf', hart)).toBe(STARTED);
});

test('PMP ranges are naturally aligned powers of two', () => {
  expect(unsigned('firmwareSize')).toBe(0x4_0000n);
  expect(unsigned('naturallyAligned', 0x8000_0000n, 0x4_0000n)).toBe(0x2000_7fffn);
  expect(unsigned('naturallyAligned', 0n, 8n)).toBe(0n);
});

describe('the board', () => {
  function board(): FdtNode {
    const root = new FdtNode().setCells('#address-cells', 2).setCells('#size-cells', 2);
    root.add('memory@80000000').setCells64('reg', 0x8000_0000, 0x1000_0000, 0x1_0000_0000, 0x2000);
    const cpus = root.add('cpus').setCells('#address-cells', 1).setCells('#size-cells', 0);
    for (const id of [0, 2, 3, 7, 8]) cpus.add(`cpu@${id}`).setCells('reg', id).setStrings('device_type', 'cpu');
    cpus.child('cpu@3')!.setStrings('status', 'disabled');
    cpus.child('cpu@7')!.setStrings('status', 'okay');
    root.add('clint@2000000').setStrings('compatible', 'sifive,clint0').setCells64('reg', 0x200_0000, 0x1_0000);
    root.add('serial@10000000').setStrings('compatible', 'ns16550a').setCells64('reg', 0x1000_0000, 0x100);
    return root;
  }
  function find(root: FdtNode): void {
    writes.clear();
    v8.call('findPlatform', v8.place(writeFdt(root)));
  }
  const value = (name: string) => BigInt.asUintN(64, v8.constant(name));

  test('harts are those that are not disabled and that there is room for', () => {
    find(board());
    expect(value('hartIds')).toBe(0b1000_0101n);
    expect([1, 0, 0, 1, 0].map(Boolean)).toEqual([0n, 1n, 3n, 7n, 8n].map((id) => v8.call('isHart', id) === 1));
    expect(v8.call('isHart', 64n)).toBe(0);
  });

  test('a CLINT, or the parts of an ACLINT', () => {
    find(board());
    expect(['msip', 'mtimecmp', 'mtime'].map(value)).toEqual([0x200_0000n, 0x200_4000n, 0x200_bff8n]);
    const root = board();
    root.children.splice(root.children.indexOf(root.child('clint@2000000')!), 1);
    root.add('mswi@3000000').setStrings('compatible', 'riscv,aclint-mswi').setCells64('reg', 0x300_0000, 0x4000);
    const timer = root.add('mtimer@5000000').setStrings('compatible', 'riscv,aclint-mtimer');
    timer.setCells64('reg', 0x500_7ff8, 0x8000, 0x500_0000, 0x7ff8);
    find(root);
    expect(['msip', 'mtimecmp', 'mtime'].map(value)).toEqual([0x300_0000n, 0x500_0000n, 0x500_7ff8n]);
  });

  test('registers of the UART lie as far apart as reg-shift says', () => {
    const root = board();
    root.child('serial@10000000')!.setCells('reg-shift', 2);
    find(root);
    expect([...writes.keys()].sort()).toEqual([0x1000_0004n, 0x1000_0008n, 0x1000_000cn]);
  });

  test('the board turns off by the test finisher, or by syscon nodes', () => {
    const syscons = board();
    syscons.add('syscon@100000').setCells('phandle', 4).setCells64('reg', 0x10_0000, 0x1000);
    for (const [name, code] of [['poweroff', 0x11] as const, ['reboot', 0x22] as const]) {
      const node = syscons.add(name).setStrings('compatible', `syscon-${name}`).setCells('regmap', 4);
      node.setCells('offset', 8).setCells('value', code);
    }
    find(syscons);
    expect(['resetRegister', 'powerOffValue', 'rebootValue'].map(value)).toEqual([0x10_0008n, 0x11n, 0x22n]);
    syscons.child('syscon@100000')!.setStrings('compatible', 'sifive,test1', 'syscon');
    find(syscons);
    expect(['resetRegister', 'powerOffValue', 'rebootValue'].map(value)).toEqual([0x10_0000n, 0x5555n, 0x7777n]);
  });

  test('S-mode may use memory that is there and not the firmware', () => {
    find(board());
    const may = (address: bigint, size: bigint) => v8.call('isSupervisorMemory', address, size) === 1;
    expect(may(0x8004_0000n, 0x0ffc_0000n)).toBe(true);
    expect(may(0x8004_0000n, 0x0ffc_0001n)).toBe(false);
    expect(may(0x1_0000_0000n, 0x2000n)).toBe(true);
    expect(may(0x1_0000_1fffn, 2n)).toBe(false);
    // The image ends at 0x80039000, what PMP closes at 0x80040000.
    expect([may(0x8000_0000n, 1n), may(0x8003_ffffn, 2n), may(0x7fff_f000n, 0x1001n)]).toEqual([false, false, false]);
    expect([may(0n, 8n), may(0x8010_0000n, ALL_ONES), may(ALL_ONES, 1n)]).toEqual([false, false, false]);
  });
});

describe('exceptions that are not delegated', () => {
  const features = (misa: bigint) => {
    csrs.clear();
    csrs.set('misa', misa);
    v8.call('probeFeatures');
    csrs.set('stvec', 0x8020_0001n);
    csrs.set('vstvec', 0x9000_0001n);
  };
  const redirect = (mstatus: bigint) => {
    setField('HART_MEPC', 0x1234n);
    setField('HART_MSTATUS', mstatus);
    v8.call('redirect', hart, 5n, 0x5678n, 0x9abcn, 0xdef0n);
    return { mepc: field('HART_MEPC'), mstatus: field('HART_MSTATUS') };
  };
  const inS = { sepc: 0x1234n, scause: 5n, stval: 0x5678n };
  const kept = () => Object.fromEntries([...csrs].filter(([name]) => /^v?s(epc|cause|tval)$|^ht/.test(name)));
  const H = 1n << 7n;

  test('from S-mode with interrupts', () => {
    features(0n);
    expect(redirect(MPP_S | SIE)).toEqual({ mepc: 0x8020_0000n, mstatus: MPP_S | SPP | SPIE });
    expect(kept()).toEqual(inS);
  });

  test('from U-mode', () => {
    features(0n);
    expect(redirect(SIE | SPP)).toEqual({ mepc: 0x8020_0000n, mstatus: MPP_S | SPIE });
  });

  test('from HS-mode on a hart with H: hstatus says V was 0, and keeps who the guest was', () => {
    features(H);
    csrs.set('hstatus', HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA);
    expect(redirect(MPP_S)).toEqual({ mepc: 0x8020_0000n, mstatus: MPP_S | SPP });
    expect(csrs.get('hstatus')).toBe(HSTATUS_SPVP);
    expect(kept()).toEqual({ ...inS, htval: 0x9abcn, htinst: 0xdef0n });
  });

  test.each([
    ['VS', MPP_S, SPP, HSTATUS_SPVP],
    ['VU', 0n, 0n, 0n],
  ])('from %s-mode to HS-mode', (_, mpp, spp, spvp) => {
    features(H);
    expect(redirect(MPV | GVA | mpp)).toEqual({ mepc: 0x8020_0000n, mstatus: GVA | MPP_S | spp });
    expect(csrs.get('hstatus')).toBe(HSTATUS_SPV | HSTATUS_GVA | spvp);
  });

  test('from VU-mode to VS-mode where hedeleg says so', () => {
    features(H);
    csrs.set('hedeleg', 1n << 5n);
    csrs.set('vsstatus', SIE | SPP);
    expect(redirect(MPV)).toEqual({ mepc: 0x9000_0000n, mstatus: MPV | MPP_S });
    expect(csrs.get('vsstatus')).toBe(SPIE);
    expect(kept()).toEqual({ vsepc: 0x1234n, vscause: 5n, vstval: 0x5678n });
  });
});

describe('reads of `time` on a hart without it', () => {
  const RDTIME_T0 = 0xc010_22f3n;
  const T0 = 5;
  const S_MODE = MPP_S;
  const H = 1n << 7n;

  beforeEach(() => {
    csrs.clear();
    csrs.set('misa', H);
    missing.add('time');
    v8.call('probeFeatures');
    missing.clear();
    v8.call('setRegister', hart, T0, 0n);
  });

  /** scause after it, or NEITHER where the instruction was done. */
  function execute(instruction: bigint, mstatus: bigint): number {
    setField('HART_MEPC', 0x1000n);
    setField('HART_MSTATUS', mstatus);
    v8.call('handleIllegalInstruction', hart, instruction);
    return Number(csrs.get('scause') ?? NEITHER);
  }

  test('S-mode gets the time', () => {
    expect(execute(RDTIME_T0, S_MODE)).toBe(NEITHER);
    expect([register(T0), field('HART_MEPC')]).toEqual([NOW, 0x1004n]);
  });

  test('csrrci with a mask of 0 reads too, csrrs with a register and other CSRs do not', () => {
    expect(execute(RDTIME_T0 | (7n << 12n), S_MODE)).toBe(NEITHER);
    expect(register(T0)).toBe(NOW);
    for (const other of [RDTIME_T0 | (1n << 15n), RDTIME_T0 - (1n << 12n), RDTIME_T0 + (1n << 20n), 0x0000_0013n]) {
      csrs.delete('scause');
      expect(execute(other, S_MODE)).toBe(2);
      expect(csrs.get('stval')).toBe(other);
    }
  });

  test('U-mode needs scounteren', () => {
    expect(execute(RDTIME_T0, 0n)).toBe(2);
    csrs.delete('scause');
    csrs.set('scounteren', 2n);
    expect(execute(RDTIME_T0, 0n)).toBe(NEITHER);
  });

  test("VS-mode needs hcounteren and gets the guest's time", () => {
    csrs.set('htimedelta', 1000n);
    expect(execute(RDTIME_T0, MPV | MPP_S)).toBe(22);
    csrs.delete('scause');
    csrs.set('hcounteren', 2n);
    expect(execute(RDTIME_T0, MPV | MPP_S)).toBe(NEITHER);
    expect(register(T0)).toBe(NOW + 1000n);
    expect(execute(RDTIME_T0, MPV)).toBe(22);
  });
});

describe('the reservation in the device tree', () => {
  const GROWTH = 512;
  const root = () => new FdtNode().setCells('#address-cells', 2).setCells('#size-cells', 1);

  function reserved(tree: FdtNode, start = 0x8000_0000n): FdtNode {
    const blob = writeFdt(tree, { reservations: [{ address: 5n, size: 6n }], bootCpu: 3 });
    const room = blob.length + GROWTH;
    const address = v8.allocate(room);
    v8.bytes.set(blob, Number(address));
    v8.call('reserveMemory', address, start, 0x4_0000n);
    expect(v8.intact(address, room)).toBe(true);
    const result = readFdt(v8.slice(address, room));
    expect([result.reservations, result.bootCpu]).toEqual([[{ address: 5n, size: 6n }], 3]);
    return result.root;
  }

  test('goes into a new node, with the cells of the root', () => {
    const tree = root();
    tree.add('memory@80000000').setCells('reg', 0, 0x8000_0000, 0x1000_0000);
    const result = reserved(tree);
    const node = result.child('reserved-memory')!;
    expect([...node.properties.keys()]).toEqual(['#address-cells', '#size-cells', 'ranges']);
    expect([node.cells('#address-cells'), node.cells('#size-cells')]).toEqual([[2], [1]]);
    const child = node.child('mmode_resv0@80000000')!;
    expect([...child.properties.keys()]).toEqual(['reg', 'no-map']);
    expect(child.cells('reg')).toEqual([0, 0x8000_0000, 0x4_0000]);
    // Without it the tree is what it was.
    result.children.splice(result.children.indexOf(node), 1);
    expect(result).toEqual(tree);
  });

  test('goes into the node that is there, with its cells', () => {
    const tree = root();
    const there = tree
      .add('reserved-memory')
      .setCells('#address-cells', 1)
      .setCells('#size-cells', 2)
      .setFlag('ranges');
    there.add('other@90000000').setCells('reg', 0x9000_0000, 0, 0x1000);
    const node = reserved(tree).child('reserved-memory')!;
    expect(node.children.map(({ name }) => name)).toEqual(['mmode_resv0@80000000', 'other@90000000']);
    expect(node.children[0]!.cells('reg')).toEqual([0x8000_0000, 0, 0x4_0000]);
  });

  test('node names have the address without leading zeros', () => {
    for (const start of [0x1_0000_0000n, 0x4000_0000n, 0n]) {
      const node = reserved(root(), start).child('reserved-memory')!;
      expect(node.children[0]!.name).toBe(`mmode_resv0@${start.toString(16)}`);
    }
  });
});
