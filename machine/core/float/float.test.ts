/** Every floating-point instruction against exact arithmetic, in all rounding modes, with corner and random operands. */
import { beforeAll, describe, expect, test } from 'vitest';
import { floatConstants } from '../../../isa/registers.ts';
import { randomNumbers } from '../../../test/random.ts';
import { cornerNumbers, nearTie, randomNumber } from '../../testing/float-operands.ts';
import * as reference from '../../testing/float-reference.ts';
import {
  canonicalNan,
  compare,
  D,
  type Format,
  H,
  isSignaling,
  NV,
  type Result,
  S,
} from '../../testing/float-reference.ts';
import { RAM_BASE, type TestHart, testHart } from '../../testing/test-core.ts';

const DYNAMIC = 7;
const RANDOM_CASES = 1500;
const FORMATS: readonly Format[] = [S, D, H];

let hart: TestHart;
const next = randomNumbers(0x6a09e667);
beforeAll(async () => {
  hart = await testHart();
  hart.write('mstatus', 0x6000n);
});

const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
const boxed = ({ width }: Format, bits: bigint): bigint =>
  bits | ((BigInt.asUintN(64, -1n) << BigInt(width)) & (2n ** 64n - 1n));
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** How a result goes into a register: a format's, or null for an integer register. */
type Destination = Format | null;

interface Operation {
  readonly name: string;
  readonly operands: readonly (Format | 'integer')[];
  readonly result: Destination;
  readonly expected: (rm: number, operands: readonly bigint[]) => Result;
  /** Whether it has a rounding mode. */
  readonly rounds: boolean;
}

const integers = (): bigint =>
  pick([
    ...[
      0n,
      1n,
      -1n,
      0x7fff_ffffn,
      0x8000_0000n,
      0xffff_ffffn,
      -0x8000_0000n,
      2n ** 63n,
      2n ** 63n - 1n,
      2n ** 53n + 1n,
    ],
    (BigInt(next()) << 32n) | BigInt(next()),
    BigInt(next()) >> BigInt(next() % 32),
    ((BigInt(next()) << 32n) | BigInt(next())) >> BigInt(next() % 64),
    2n ** BigInt(next() % 64) + BigInt(next() % 3) - 1n,
  ]);

function operandsOf({ operands }: Operation, corners: readonly (readonly bigint[])[]): bigint[] {
  return operands.map((format, index) => {
    if (format === 'integer') return BigInt.asUintN(64, integers());
    return next() % 3 === 0 ? pick(corners[index]!) : randomNumber(format, next);
  });
}

/** One instruction, with the rounding mode in it or in frm, and with some flags raised before. */
function check(operation: Operation, operands: readonly bigint[]): void {
  const { name, result, rounds } = operation;
  const rm = next() % 5;
  const dynamic = (next() & 1) === 1;
  const before = pick([0, 1, 1, 31, next() & 31]);
  const ready = (next() & 3) !== 0;
  hart.place(RAM_BASE, [name, { rd: 3, rs1: 4, rs2: 5, rs3: 6, rm: dynamic ? DYNAMIC : rm }]);
  operation.operands.forEach((format, index) => {
    if (format === 'integer') hart.setX(4 + index, operands[index]!);
    else hart.setF(4 + index, boxed(format, operands[index]!));
  });
  hart.write('mstatus', ready ? 0x6000n : 0x2000n);
  hart.write('fcsr', BigInt(before | ((dynamic ? rm : next() % 8) << 5)));
  hart.pc = RAM_BASE;
  const trap = hart.step();
  const expected = operation.expected(rm, operands);
  const actual = result === null ? hart.x(3) : hart.f(3);
  const wanted = result === null ? expected.bits : boxed(result, expected.bits);
  const flags = Number(hart.read('fflags'));
  if (trap === undefined && actual === wanted && flags === (expected.flags | before)) return;
  const text = `${name} rm ${rounds ? rm : '-'} flags ${before} (${operands.map(hex).join(', ')})`;
  expect(`${trap} ${hex(actual)} ${flags}`, text).toBe(`undefined ${hex(wanted)} ${expected.flags | before}`);
}

function checkAll(operation: Operation): void {
  const corners = operation.operands.map((format) => (format === 'integer' ? [] : cornerNumbers(format)));
  const [first, second] = corners;
  if (first !== undefined && second === undefined)
    for (const a of first) for (let i = 0; i < 5; i++) check(operation, [a]);
  if (first !== undefined && corners.length === 2)
    for (const a of first) for (const b of second!) check(operation, [a, b]);
  if (corners.length === 3) for (let i = 0; i < RANDOM_CASES; i++) check(operation, nearTie(operation.result!, next));
  for (let i = 0; i < RANDOM_CASES * corners.length; i++) check(operation, operandsOf(operation, corners));
}

const flip = ({ width }: Format, bits: bigint): bigint => bits ^ (1n << BigInt(width - 1));
const magnitudeOf = ({ width }: Format, bits: bigint): bigint => BigInt.asUintN(width - 1, bits);
const signOf = ({ width }: Format, bits: bigint): bigint => bits >> BigInt(width - 1);
const withSign = (format: Format, a: bigint, sign: bigint): Result => ({
  bits: magnitudeOf(format, a) | (sign << BigInt(format.width - 1)),
  flags: 0,
});

/** `wanted` is the sign of the comparison for which `a` is the result. */
function extreme(format: Format, a: bigint, b: bigint, wanted: number): Result {
  const flags = isSignaling(format, a) || isSignaling(format, b) ? NV : 0;
  const isNan = (bits: bigint): boolean => compare(format, bits, bits) === undefined;
  if (isNan(a)) return { bits: isNan(b) ? canonicalNan(format) : b, flags };
  if (isNan(b)) return { bits: a, flags };
  const order = compare(format, a, b) || (signOf(format, a) > signOf(format, b) ? -1 : 1);
  return { bits: order === wanted ? a : b, flags };
}

function classOf(format: Format, bits: bigint): bigint {
  const { kind, magnitude } = reference.partsOf(format, bits);
  if (kind === 'signaling') return 1n << 8n;
  if (kind === 'quiet') return 1n << 9n;
  const normal = magnitude >> BigInt(format.precision - 1) !== 0n;
  const outwards = kind === 'infinite' ? 3n : kind === 'zero' ? 0n : normal ? 2n : 1n;
  return 1n << (signOf(format, bits) ? 3n - outwards : 4n + outwards);
}

const truth = (value: boolean, flags: number): Result => ({ bits: value ? 1n : 0n, flags });

function operationsOf(format: Format): Operation[] {
  const { suffix } = format;
  const rounding = (name: string, operands: number, of: (rm: number, ...operands: bigint[]) => Result): Operation => ({
    name: name + suffix,
    operands: Array<Format>(operands).fill(format),
    result: format,
    expected: (rm, list) => of(rm, ...list),
    rounds: true,
  });
  const exact = (
    name: string,
    result: Destination,
    operands: number,
    of: (...operands: bigint[]) => Result,
  ): Operation => ({
    ...rounding(name, operands, (_, ...list) => of(...list)),
    result,
    rounds: false,
  });
  const signaling = (a: bigint, b: bigint): number => (isSignaling(format, a) || isSignaling(format, b) ? NV : 0);
  const minimumOrNan = (a: bigint, b: bigint, wanted: number): Result => {
    if (compare(format, a, b) === undefined) return { bits: canonicalNan(format), flags: signaling(a, b) };
    return extreme(format, a, b, wanted);
  };
  const quietly = (a: bigint, b: bigint, of: (order: number) => boolean): Result => {
    const order = compare(format, a, b);
    return order === undefined ? truth(false, signaling(a, b)) : truth(of(order), 0);
  };
  const ordered = (a: bigint, b: bigint, of: (order: number) => boolean): Result => {
    const order = compare(format, a, b);
    return order === undefined ? truth(false, NV) : truth(of(order), 0);
  };
  return [
    rounding('fadd', 2, (rm, a, b) => reference.add(format, rm, a!, b!)),
    rounding('fsub', 2, (rm, a, b) => reference.add(format, rm, a!, flip(format, b!))),
    rounding('fmul', 2, (rm, a, b) => reference.multiply(format, rm, a!, b!)),
    rounding('fdiv', 2, (rm, a, b) => reference.divide(format, rm, a!, b!)),
    rounding('fsqrt', 1, (rm, a) => reference.squareRoot(format, rm, a!)),
    rounding('fmadd', 3, (rm, a, b, c) => reference.fma(format, rm, a!, b!, c!)),
    rounding('fmsub', 3, (rm, a, b, c) => reference.fma(format, rm, a!, b!, flip(format, c!))),
    rounding('fnmsub', 3, (rm, a, b, c) => reference.fma(format, rm, flip(format, a!), b!, c!)),
    rounding('fnmadd', 3, (rm, a, b, c) => reference.fma(format, rm, flip(format, a!), b!, flip(format, c!))),
    exact('fsgnj', format, 2, (a, b) => withSign(format, a!, signOf(format, b!))),
    exact('fsgnjn', format, 2, (a, b) => withSign(format, a!, signOf(format, b!) ^ 1n)),
    exact('fsgnjx', format, 2, (a, b) => withSign(format, a!, signOf(format, a!) ^ signOf(format, b!))),
    exact('fmin', format, 2, (a, b) => extreme(format, a!, b!, -1)),
    exact('fmax', format, 2, (a, b) => extreme(format, a!, b!, 1)),
    exact('feq', null, 2, (a, b) => truth(compare(format, a!, b!) === 0, signaling(a!, b!))),
    exact('flt', null, 2, (a, b) => ordered(a!, b!, (order) => order < 0)),
    exact('fle', null, 2, (a, b) => ordered(a!, b!, (order) => order <= 0)),
    exact('fclass', null, 1, (a) => ({ bits: classOf(format, a!), flags: 0 })),
    exact('fminm', format, 2, (a, b) => minimumOrNan(a!, b!, -1)),
    exact('fmaxm', format, 2, (a, b) => minimumOrNan(a!, b!, 1)),
    exact('fltq', null, 2, (a, b) => quietly(a!, b!, (order) => order < 0)),
    exact('fleq', null, 2, (a, b) => quietly(a!, b!, (order) => order <= 0)),
    rounding('fround', 1, (rm, a) => reference.toWhole(format, rm, a!, false)),
    rounding('froundnx', 1, (rm, a) => reference.toWhole(format, rm, a!, true)),
    ...(format === D ? [exact('fcvtmod.w', null, 1, (a) => reference.toIntegerModulo(D, a!))] : []),
    ...conversionsOf(format),
  ];
}

function conversionsOf(format: Format): Operation[] {
  const { suffix } = format;
  const integer = [
    ['w', 32, true],
    ['wu', 32, false],
    ['l', 64, true],
    ['lu', 64, false],
  ] as const;
  return [
    ...integer.flatMap(([type, width, signed]): Operation[] => [
      {
        name: `fcvt.${type}${suffix}`,
        operands: [format],
        result: null,
        expected: (rm, [a]) => reference.toInteger(format, rm, a!, width, signed),
        rounds: true,
      },
      {
        name: `fcvt${suffix}.${type}`,
        operands: ['integer'],
        result: format,
        expected: (rm, [a]) => reference.fromInteger(format, rm, a!, width, signed),
        rounds: true,
      },
    ]),
    ...FORMATS.filter((other) => other !== format).map(
      (from): Operation => ({
        name: `fcvt${suffix}${from.suffix}`,
        operands: [from],
        result: format,
        expected: (rm, [a]) => reference.convert(from, format, rm, a!),
        rounds: true,
      }),
    ),
  ];
}

describe.each(FORMATS)('$suffix', (format) => {
  test.each(operationsOf(format).map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
    checkAll(operation);
  });
});

test.each(FORMATS)('fli$suffix loads the numbers of its table, without flags', (format) => {
  const least = 1n << BigInt(format.precision - 1);
  const nearest = (value: number): bigint => {
    const double = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
    return reference.convert(D, format, 0, double).bits;
  };
  floatConstants.forEach((text, imm) => {
    hart.place(RAM_BASE, [`fli${format.suffix}`, { rd: 3, imm }]);
    hart.write('mstatus', 0x6000n);
    hart.write('fcsr', 0n);
    hart.pc = RAM_BASE;
    expect(hart.step()).toBeUndefined();
    const value = text === 'inf' ? Number.POSITIVE_INFINITY : text === 'nan' ? Number.NaN : Number(text);
    expect(hart.f(3), text).toBe(boxed(format, text === 'min' ? least : nearest(value)));
    expect(hart.read('fflags')).toBe(0n);
  });
});
