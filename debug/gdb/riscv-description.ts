/**
 * The target description of a RISC-V hart (GDB manual, "RISC-V Features"), and what its register numbers mean. GDB's own numbers:
 * x0 to x31, pc, f0 to f31, then the CSRs by address; behind those the privilege mode, which is no CSR.
 */
import { csrs } from '../../isa/csrs.ts';
import { floatRegisters, integerRegisters } from '../../isa/registers.ts';

const PC = 32;
const FIRST_FLOAT = 33;
const FIRST_CSR = 65;
const PRIV = FIRST_CSR + 4096;
const VIRT = PRIV + 1;

/** x0 to x31 and pc. */
export const GENERAL_REGISTERS = 33;

export type Register =
  | { readonly kind: 'x' | 'f'; readonly index: number }
  | { readonly kind: 'csr'; readonly address: number }
  | { readonly kind: 'pc' | 'priv' | 'virt' };

/** What a register's number stands for; undefined for none. */
export function registerOf(number: number): Register | undefined {
  if (number < PC) return { kind: 'x', index: number };
  if (number === PC) return { kind: 'pc' };
  if (number < FIRST_CSR) return { kind: 'f', index: number - FIRST_FLOAT };
  if (number < PRIV) return { kind: 'csr', address: number - FIRST_CSR };
  if (number === PRIV) return { kind: 'priv' };
  return number === VIRT ? { kind: 'virt' } : undefined;
}

const register = (name: string, number: number, type: string, group?: string): string =>
  `<reg name="${name}" bitsize="64" regnum="${number}" type="${type}"${group === undefined ? '' : ` group="${group}"`}/>`;

const feature = (name: string, content: readonly string[]): string =>
  `<feature name="org.gnu.gdb.riscv.${name}">${content.join('')}</feature>`;

const INTEGER_TYPES: Readonly<Record<string, string>> = {
  ra: 'code_ptr',
  sp: 'data_ptr',
  gp: 'data_ptr',
  tp: 'data_ptr',
};

const FLOAT_UNION =
  '<union id="riscv_double"><field name="float" type="ieee_single"/><field name="double" type="ieee_double"/></union>';

/** @param hasCsr whether the harts have the CSR of that address */
export function riscvDescription(hasCsr: (address: number) => boolean): string {
  const present = csrs.filter(({ address }) => hasCsr(address));
  const hasFloats = present.some(({ name }) => name === 'fcsr');
  const features = [
    feature('cpu', [
      ...integerRegisters.map((name, index) => register(name, index, INTEGER_TYPES[name] ?? 'int')),
      register('pc', PC, 'code_ptr'),
    ]),
    ...(hasFloats
      ? [
          feature('fpu', [
            FLOAT_UNION,
            ...floatRegisters.map((name, index) => register(name, FIRST_FLOAT + index, 'riscv_double', 'float')),
          ]),
        ]
      : []),
    feature(
      'csr',
      present.map(({ name, address }) => register(name, FIRST_CSR + address, 'int', 'csr')),
    ),
    feature('virtual', [register('priv', PRIV, 'int'), register('virt', VIRT, 'int')]),
  ];
  return (
    '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd">' +
    `<target version="1.0"><architecture>riscv:rv64</architecture>${features.join('')}</target>`
  );
}
