/** SBI calls with good and bad arguments, and what SBI 3.0 says they return. The board has harts 0 to `harts - 1`, and hart 0 calls. */
import { sbiErrors, sbiExtensionId } from '../../isa/sbi.ts';

export const { SUCCESS } = sbiErrors;
const { ERR_NOT_SUPPORTED, ERR_INVALID_PARAM, ERR_INVALID_ADDRESS, ERR_ALREADY_AVAILABLE } = sbiErrors;

const BASE = sbiExtensionId('BASE');
const TIME = sbiExtensionId('TIME');
const IPI = sbiExtensionId('IPI');
const RFENCE = sbiExtensionId('RFENCE');
const HSM = sbiExtensionId('HSM');
const SRST = sbiExtensionId('SRST');
const DBCN = sbiExtensionId('DBCN');

const FIRMWARE = 0x8000_0000;
const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const LAST_LEGACY = 0x0f;

export interface SbiCall {
  readonly name: string;
  readonly extension: number;
  readonly functionId: number;
  /** a0 to a5; a string is a symbol of the payload. */
  readonly args: readonly (number | bigint | string)[];
  /** a0 afterwards. */
  readonly error: number;
  /** a1 afterwards: 0 where left out; null where it may be anything. */
  readonly value?: number | bigint | null;
}

/** a1 belongs to the caller. */
export const isLegacy = (call: SbiCall): boolean => call.extension <= LAST_LEGACY;

export function sbiCalls(harts: number): SbiCall[] {
  const calls: SbiCall[] = [];
  const group =
    (extension: number, title: string) =>
    (name: string, functionId: number, args: SbiCall['args'], error: number, value?: number | null) => {
      calls.push({
        name: `${title}: ${name}`,
        extension,
        functionId,
        args,
        error,
        ...(value === undefined ? {} : { value }),
      });
    };
  const mask = (1 << harts) - 1;

  const base = group(BASE, 'BASE');
  base('specification version', 0, [], SUCCESS, 3 << 24);
  base('implementation id', 1, [], SUCCESS, 0x74797673);
  base('implementation version', 2, [], SUCCESS, 1);
  for (const extension of [BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, 0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    base(`probe 0x${extension.toString(16)}`, 3, [extension], SUCCESS, 1);
  }
  base('probe what is not there', 3, [0x12345], SUCCESS, 0);
  base('probe a reserved legacy extension', 3, [9], SUCCESS, 0);
  base('machine vendor', 4, [], SUCCESS, null);
  base('machine architecture', 5, [], SUCCESS, null);
  base('machine implementation', 6, [], SUCCESS, null);
  base('no such function', 7, [], ERR_NOT_SUPPORTED);

  const time = group(TIME, 'TIME');
  time('never', 0, [ALL_ONES], SUCCESS);
  time('no such function', 1, [0], ERR_NOT_SUPPORTED);

  const ipi = group(IPI, 'IPI');
  ipi('no hart', 0, [0, 0], SUCCESS);
  ipi('hart 0', 0, [1, 0], SUCCESS);
  ipi('hart 1', 0, [1, 1], harts > 1 ? SUCCESS : ERR_INVALID_PARAM);
  ipi('every hart', 0, [mask, 0], SUCCESS);
  ipi('every hart by base -1', 0, [0xff, ALL_ONES], SUCCESS);
  ipi('one hart too many', 0, [2 * mask + 1, 0], ERR_INVALID_PARAM);
  ipi('a base without hart', 0, [1, harts], ERR_INVALID_PARAM);
  ipi('a base beyond every hart', 0, [1, 64], ERR_INVALID_PARAM);
  ipi('a huge base', 0, [1, 0x8000_0000_0000_0000n], ERR_INVALID_PARAM);
  ipi('no such function', 0x7fffffff, [1, 0], ERR_NOT_SUPPORTED);

  const rfence = group(RFENCE, 'RFENCE');
  const kinds = ['FENCE.I', 'SFENCE.VMA', 'SFENCE.VMA asid', 'HFENCE.GVMA vmid', 'HFENCE.GVMA'];
  for (const [functionId, kind] of [...kinds, 'HFENCE.VVMA asid', 'HFENCE.VVMA'].entries()) {
    rfence(`${kind}, everything`, functionId, [mask, 0, 0, 0, 1], SUCCESS);
    rfence(`${kind}, everything by size -1`, functionId, [mask, 0, 0x1000, ALL_ONES, 1], SUCCESS);
    rfence(`${kind}, three pages`, functionId, [1, 0, 0x1000, 0x3000, 1], SUCCESS);
    rfence(`${kind}, an odd range`, functionId, [1, 0, 0xfff, 2, 1], SUCCESS);
    rfence(`${kind}, every hart by base -1`, functionId, [0, ALL_ONES, 0x1000, 0x100000, 1], SUCCESS);
    rfence(`${kind}, a hart that is not there`, functionId, [2 * mask + 1, 0, 0, 0, 1], ERR_INVALID_PARAM);
    const wrapped = functionId === 0 ? SUCCESS : ERR_INVALID_ADDRESS;
    rfence(`${kind}, a range that wraps`, functionId, [1, 0, ALL_ONES - 0xfffn, 0x2000, 1], wrapped);
    rfence(`${kind}, the last page`, functionId, [1, 0, ALL_ONES - 0xfffn, 0x1000, 1], SUCCESS);
  }
  rfence('no such function', 7, [1, 0], ERR_NOT_SUPPORTED);

  const hsm = group(HSM, 'HSM');
  hsm('start itself', 0, [0, 'scratch', 0], ERR_ALREADY_AVAILABLE);
  hsm('start a hart that is not there', 0, [harts, 'scratch', 0], ERR_INVALID_PARAM);
  hsm('start hart 2 ** 63', 0, [0x8000_0000_0000_0000n, 'scratch', 0], ERR_INVALID_PARAM);
  if (harts > 1) {
    hsm('start in the firmware', 0, [1, FIRMWARE, 0], ERR_INVALID_ADDRESS);
    hsm('start where no memory is', 0, [1, 0x4000_0000, 0], ERR_INVALID_ADDRESS);
    hsm('start beyond every address', 0, [1, ALL_ONES - 1n, 0], ERR_INVALID_ADDRESS);
    hsm('start at an odd address', 0, [1, FIRMWARE + 0x20_0001, 0], ERR_INVALID_ADDRESS);
  }
  hsm('status of itself', 2, [0], SUCCESS, 0);
  if (harts > 1) hsm('status of a stopped hart', 2, [1], SUCCESS, 1);
  hsm('status of a hart that is not there', 2, [harts], ERR_INVALID_PARAM);
  hsm('status of hart 2 ** 32', 2, [0x1_0000_0000], ERR_INVALID_PARAM);
  hsm('suspend, a reserved type', 3, [1, 'scratch', 0], ERR_INVALID_PARAM);
  hsm('suspend, a type of the platform', 3, [0x1000_0000, 'scratch', 0], ERR_INVALID_PARAM);
  hsm('suspend, a reserved type that forgets', 3, [0x8000_0001, 'scratch', 0], ERR_INVALID_PARAM);
  hsm('suspend, a type of the platform that forgets', 3, [0x9000_0000, 'scratch', 0], ERR_INVALID_PARAM);
  hsm('suspend, to resume in the firmware', 3, [0x8000_0000, FIRMWARE, 0], ERR_INVALID_ADDRESS);
  hsm('no such function', 4, [], ERR_NOT_SUPPORTED);

  const srst = group(SRST, 'SRST');
  srst('a reserved type', 0, [3, 0], ERR_INVALID_PARAM);
  srst('a reserved reason', 0, [0, 2], ERR_INVALID_PARAM);
  srst("the platform's type", 0, [0xf000_0000, 0], ERR_INVALID_PARAM);
  srst("the implementation's reason", 0, [0, 0xe000_0000], ERR_INVALID_PARAM);
  srst("the platform's reason", 0, [0, 0xf000_0000], ERR_INVALID_PARAM);
  srst('no such function', 1, [0, 0], ERR_NOT_SUPPORTED);

  const dbcn = group(DBCN, 'DBCN');
  dbcn('write', 0, [8, 'scratch', 0], SUCCESS, 8);
  dbcn('write nothing', 0, [0, 'scratch', 0], SUCCESS, 0);
  dbcn('write the firmware', 0, [8, FIRMWARE, 0], ERR_INVALID_PARAM);
  dbcn("write past the firmware's start", 0, [0x1000, FIRMWARE - 0x800, 0], ERR_INVALID_PARAM);
  dbcn('write what is no memory', 0, [8, 0x4000_0000, 0], ERR_INVALID_PARAM);
  dbcn('write more than there is', 0, [0x7fff_ffff_ffff_ffffn, 'scratch', 0], ERR_INVALID_PARAM);
  dbcn('write round the end of the address space', 0, [ALL_ONES, 'scratch', 0], ERR_INVALID_PARAM);
  dbcn('write beyond 64 bits', 0, [8, 'scratch', 1], ERR_INVALID_PARAM);
  dbcn('read when nothing came', 1, [8, 'scratch', 0], SUCCESS, 0);
  dbcn('read into the firmware', 1, [8, FIRMWARE, 0], ERR_INVALID_PARAM);
  dbcn('write a byte', 2, [0x0a], SUCCESS);
  dbcn('no such function', 3, [], ERR_NOT_SUPPORTED);

  const legacy = (name: string, extension: number, args: SbiCall['args'], error: number) =>
    group(extension, 'legacy')(name, 0, args, error);
  legacy('set timer', 0, [ALL_ONES], SUCCESS);
  legacy('putchar', 1, [0x0a], SUCCESS);
  legacy('getchar when nothing came', 2, [], -1);
  legacy('clear IPI after one', 3, [], 1);
  legacy('clear IPI', 3, [], 0);
  legacy('fence.i everywhere', 5, [0], SUCCESS);
  legacy('sfence.vma everywhere', 6, [0, 0x1000, 0x1000], SUCCESS);
  legacy('sfence.vma asid everywhere', 7, [0, 0x1000, 0x1000, 1], SUCCESS);
  legacy('a reserved extension', 9, [], ERR_NOT_SUPPORTED);

  group(0x12345, 'no such extension')('', 0, [], ERR_NOT_SUPPORTED);
  group(0x0a000000, 'vendor extension')('', 0, [], ERR_NOT_SUPPORTED);
  return calls;
}
