/** Register names: RISC-V ELF psABI, "Register Convention". */

export const integerRegisters: readonly string[] =
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(' ');

export const floatRegisters: readonly string[] =
  'ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11'.split(
    ' ',
  );

/** Every accepted name of an integer register: `x0`…`x31`, the ABI's, and `fp` for s0. */
export const integerRegisterByName: ReadonlyMap<string, number> = new Map([
  ...integerRegisters.map((name, number) => [name, number] as const),
  ...integerRegisters.map((_, number) => [`x${number}`, number] as const),
  ['fp', 8] as const,
]);

/** Every accepted name of a floating-point register: `f0`…`f31` and the ABI's. */
export const floatRegisterByName: ReadonlyMap<string, number> = new Map([
  ...floatRegisters.map((name, number) => [name, number] as const),
  ...floatRegisters.map((_, number) => [`f${number}`, number] as const),
]);

/** Rounding modes by their value in the `rm` field; 5 and 6 are reserved. */
export const roundingModes: readonly (string | undefined)[] = [
  'rne',
  'rtz',
  'rdn',
  'rup',
  'rmm',
  undefined,
  undefined,
  'dyn',
];

/**
 * What fli loads, by the number in its rs1 field, in exact decimals (Unpriv., "Zfa", "Load-Immediate Instructions"). `min` is the least
 * normal number, `nan` the canonical NaN.
 */
export const floatConstants: readonly string[] = (
  '-1.0 min 1.52587890625e-05 3.0517578125e-05 0.00390625 0.0078125 0.0625 0.125 0.25 0.3125 0.375 0.4375 0.5 0.625 0.75 0.875 ' +
  '1.0 1.25 1.5 1.75 2.0 2.5 3.0 4.0 8.0 16.0 128.0 256.0 32768.0 65536.0 inf nan'
).split(' ');
