/** Programs that use what generated functions do not: bulk memory, atomics, many parameters, tables, strings, classes. */

const CHECKSUM = `
const buffer = memory.data(4096, 16);
function fillBuffer(): void {
  for (let i: usize = 0; i < 4096; i++) store<u8>(buffer + i, <u8>(i * 7 + (i >> 5)));
}
function checksum(): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let i: usize = 0; i < 4096; i++) hash = (hash ^ load<u8>(buffer + i)) * 0x100000001b3;
  return hash;
}
`;

/** More than RV64 has registers. */
const MANY = 40;
const lines = (line: (i: number) => string): string => Array.from({ length: MANY }, (_, i) => line(i)).join('\n');

export const PROGRAMS: Readonly<Record<string, string>> = {
  'memory.fill and memory.copy, overlapping and at every alignment': `${CHECKSUM}
    export function test(): void {
      fillBuffer();
      for (let to: usize = 0; to < 9; to++) {
        for (let from: usize = 0; from < 9; from++) {
          memory.copy(buffer + 100 + to, buffer + 100 + from * 3, 50 + from * 37);
          memory.copy(buffer + 2000 + from, buffer + to, 3 * to);
          printHex(checksum());
        }
        memory.fill(buffer + to, <u8>(to * 45 + 201), to * 29);
        printHex(checksum());
      }
      memory.copy(buffer, buffer + 1, 0);
      memory.fill(buffer, 1, 0);
      printHex(checksum());
    }`,
  'atomics of every width': `
    const word = memory.data(64, 16);
    function show(value: u64): void {
      printHex(value);
      printHex(load<u64>(word));
      printHex(load<u64>(word + 8));
    }
    export function test(): void {
      store<u64>(word, 0x8081828384858687);
      store<u64>(word + 8, 0xf0f1f2f3f4f5f6f7);
      show(atomic.add<u32>(word, 0x7fffffff));
      show(<u64>atomic.add<i32>(word + 4, -5));
      show(atomic.sub<u64>(word, 0x123456789));
      show(atomic.add<u8>(word + 3, 0xf0));
      show(atomic.sub<u8>(word + 1, 0xff));
      show(atomic.and<u16>(word + 2, 0x0ff3));
      show(atomic.or<u16>(word + 6, 0x8001));
      show(atomic.xor<u8>(word + 7, 0xaa));
      show(atomic.xor<u32>(word + 8, 0xffffffff));
      show(atomic.and<u64>(word + 8, 0xff00ff00ff00ff00));
      show(atomic.or<u32>(word + 12, 0x10203040));
      show(atomic.xchg<u8>(word + 9, 0x5a));
      show(atomic.xchg<u16>(word + 10, 0xbeef));
      show(atomic.xchg<u32>(word + 12, 0x80000001));
      show(atomic.xchg<u64>(word, 0x0123456789abcdef));
      show(atomic.cmpxchg<u8>(word + 1, 0xcd, 0x11));
      show(atomic.cmpxchg<u8>(word + 1, 0xcd, 0x22));
      show(atomic.cmpxchg<u16>(word + 2, 0x89ab, 0x3333));
      show(atomic.cmpxchg<u16>(word + 2, 0x89ab, 0x4444));
      show(atomic.cmpxchg<u32>(word + 12, 0x80000001, 7));
      show(atomic.cmpxchg<u32>(word + 12, 0x80000001, 8));
      show(atomic.cmpxchg<u64>(word, load<u64>(word), 9));
      show(atomic.cmpxchg<u64>(word, 10, 11));
      atomic.store<u16>(word + 4, 0xfedc);
      atomic.store<u64>(word + 8, u64.MAX_VALUE);
      show(atomic.load<u16>(word + 4));
      show(atomic.load<u32>(word + 8));
      show(atomic.load<u64>(word + 8));
    }`,
  'parameters beyond the registers': `
    function many(a: i32, b: i64, c: u8, d: i16, e: u64, f: i32, g: u32, h: i64, i: i64, j: i32, k: u64, l: u8): u64 {
      if (a > 40) return <u64>(j * 3 + l);
      return many(a + 7, b ^ i, l, <i16>j, k, <i32>h, <u32>e, i, b, f + 1, e * 3, c) +
        (a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 + k * 11 + l * 12);
    }
    export function test(): void {
      printHex(many(1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, 12));
      printHex(many(50, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, 200));
    }`,
  'division and remainder at their limits': `
    function show(a: i64, b: i64): void {
      printHex(a / b);
      printHex(a % b);
      printHex(<u64>a / <u64>b);
      printHex(<u64>a % <u64>b);
      printHex(<i32>a / (<i32>b | 1));
      printHex(<i32>a % (<i32>b | 1));
      printHex(<u32>a / (<u32>b | 1));
      printHex(<u32>a % (<u32>b | 1));
    }
    export function test(): void {
      show(i64.MIN_VALUE, 1);
      show(i64.MIN_VALUE, 3);
      show(-1, i64.MIN_VALUE);
      show(i64.MIN_VALUE + 1, -1);
      show(7, -2);
      show(-7, 2);
      printHex(i64.MIN_VALUE % load<i64>(memory.data<i64>([-1])));
      printHex(i32.MIN_VALUE % load<i32>(memory.data<i32>([-1])));
    }`,
  'a switch through a jump table, calls through the function table': `
    type Step = (x: i64) => i64;
    const steps: Step[] = [(x: i64): i64 => x + 1, (x: i64): i64 => x * 3, (x: i64): i64 => -x, (x: i64): i64 => x >> 1];
    function pick(n: u32): i64 {
      switch (n) {
        case 0: return 5;
        case 1: return steps[1](n);
        case 2: n += 9;
        case 3: n *= 2; break;
        case 4: return -1;
        case 6: case 7: return 99;
        case 9: return 3;
        default: return steps[n & 3](n);
      }
      return n;
    }
    export function test(): void {
      for (let n: u32 = 0; n < 14; n++) printHex(pick(n));
      printHex(pick(0xffffffff));
    }`,
  'strings, classes and arrays on the heap': `
    class Point {
      next: Point | null = null;
      constructor(public x: i32, public y: u8) {}
      sum(): i32 { return this.x + this.y; }
    }
    export function test(): void {
      let last: Point | null = null;
      for (let i = 0; i < 20; i++) {
        const point = new Point(i * -7, <u8>(i * 31));
        point.next = last;
        last = point;
      }
      let point: Point | null = last;
      while (point) {
        printHex(point.sum());
        point = point.next;
      }
      const numbers: i32[] = [];
      for (let i = 0; i < 40; i++) numbers.push(i * i - 100);
      numbers.sort((a, b) => b - a);
      for (let i = 0; i < numbers.length; i += 7) printHex(numbers[i]);
      print('text ' + numbers.length.toString() + ' ' + (-123456789012).toString() + '\\n');
    }`,
  'more values than registers, across calls and in loops': `
    function spread(seed: u64): u64 {
${lines((i) => `let v${i} = seed * ${2 * i + 3} + ${i};`)}
      for (let turn = 0; turn < 3; turn++) {
${lines((i) => `v${i} = (v${(i * 7 + 1) % MANY} ^ v${i}) + (v${(i + 13) % MANY} >> ${i});`)}
        printHex(v0 ^ v39);
      }
      return ${Array.from({ length: MANY }, (_, i) => `v${i}`).join(' + ')};
    }
    export function test(): void {
      printHex(spread(1));
      printHex(spread(0xfedcba9876543210));
    }`,
  'loops that are unrolled, inverted and left early': `
    function nested(n: i32): i32 {
      let sum = 0;
      for (let i = 0; i < 3; i++) {
        for (let j = 2; j >= 0; j--) {
          if (i * j == n) continue;
          if (sum > 1000 + n) break;
          sum = sum * 3 + i + j + n;
        }
      }
      return sum;
    }
    function last(n: u32): u32 {
      let i: u32 = 0, previous: u32 = 0;
      do {
        previous = i;
        i += n;
      } while (i < 40);
      return previous * 100 + i;
    }
    export function test(): void {
      for (let n = 0; n < 8; n++) {
        printHex(nested(n));
        printHex(last(n + 1));
      }
    }`,
};
