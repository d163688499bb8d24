import { beforeAll, describe, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const CAPACITY = 512;

/** QEMU 7.2, -cpu rv64,h=true. */
const QEMU_7 = 'rv64imafdch_zicsr_zifencei_zihintpause_zba_zbb_zbc_zbs_sstc';
/** QEMU 10, -cpu rv64. */
const QEMU_10 =
  'rv64imafdch_zic64b_zicbom_zicbop_zicboz_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_zicsr_zifencei_zihintntl_zihintpause_' +
  'zihpm_zmmul_za64rs_zaamo_zalrsc_zawrs_zfa_zca_zcd_zba_zbb_zbc_zbs_shcounterenw_shgatpa_shtvala_shvsatpa_shvstvala_' +
  'shvstvecd_ssccptr_sscounterenw_sstc_sstvala_sstvecd_ssu64xl_svadu_svvptc';
/** Of QEMU 10, -cpu max, what is not in the one before. */
const QEMU_10_MAX =
  'rv64imafdcbvh_zicfilp_zicfiss_zicond_zimop_zabha_zacas_zama16b_zfbfmin_zfh_zfhmin_zcb_zcmop_zbkb_zbkc_zbkx_zk_zkn_' +
  'zknd_zkne_zknh_zkr_zks_zksed_zksh_zkt_ztso_zvbb_zvbc_zve32f_zve64x_zvfh_zvkt_sha_smaia_smepmp_smnpm_smstateen_ssaia_' +
  'sscofpmf_ssnpm_ssstateen_supm_svinval_svnapot_svpbmt';

let bare: InV8;
let out: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/hypervisor/guest/guest-isa.ts');
  out = bare.allocate(CAPACITY);
});

/** The guest's string, or null. */
function guestIsa(host: string, capacity = CAPACITY, { sstc = false, sscofpmf = false } = {}): string | null {
  const past = bare.slice(out + BigInt(capacity), CAPACITY - capacity);
  const length = bare.number('guestIsa', bare.placeCString(host), out, capacity, sstc ? 1 : 0, sscofpmf ? 1 : 0);
  expect(bare.intact(out, CAPACITY)).toBe(true);
  expect(bare.slice(out + BigInt(capacity), past.length)).toEqual(past);
  if (length === 0) return null;
  expect(bare.bytes[Number(out) + length]).toBe(0);
  return bare.ascii(out, length);
}

describe('what a guest is told of', () => {
  test.each([
    ['QEMU 7.2', QEMU_7, 'rv64imafdc_zicsr_zifencei_zihintpause_zba_zbb_zbc_zbs'],
    [
      'QEMU 10',
      QEMU_10,
      'rv64imafdc_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_zicsr_zifencei_zihintntl_zihintpause_zmmul_za64rs_zaamo_zalrsc_' +
        'zfa_zca_zcd_zba_zbb_zbc_zbs_svvptc',
    ],
    [
      'QEMU 10, all extensions',
      QEMU_10_MAX,
      'rv64imafdcb_zicond_zimop_zabha_zacas_zama16b_zfbfmin_zfh_zfhmin_zcb_zcmop_zbkb_zbkc_zbkx_zkn_zknd_zkne_zknh_zks_' +
        'zksed_zksh_zkt_ztso_svinval_svnapot',
    ],
    [
      'the built-in machine',
      'rv64imach_zicntr_zicsr_zifencei_zihintpause_sstc_svade_svinval',
      'rv64imac_zicntr_zicsr_zifencei_zihintpause_svade_svinval',
    ],
    ['the base alone', 'rv64i', 'rv64i'],
    ['no underscore before the first name', 'rv64imaczicsr_zifencei', 'rv64imac_zicsr_zifencei'],
    ['letters that are no extensions', 'rv64imafdcsu', 'rv64imafdc'],
    ['custom extensions', 'rv64imac_xventanacondops_zba', 'rv64imac_zba'],
    ['names that begin like known ones', 'rv64i_zb_zbaa_zbb', 'rv64i_zbb'],
    ['empty names', 'rv64i__zba_', 'rv64i_zba'],
  ])('%s', (_, host, guest) => {
    expect(guestIsa(host)).toBe(guest);
  });
});

test.each(['', 'rv', 'rv32imac', 'rv64', 'rv64e', 'RV64I'])("'%s' is no host", (host) => {
  expect(guestIsa(host)).toBeNull();
});

test.each(['sstc', 'sscofpmf'])('%s is given where the guest can have it', (name) => {
  expect(guestIsa(`rv64imac_${name}_svinval`, CAPACITY, { [name]: true })).toBe(`rv64imac_${name}_svinval`);
  expect(guestIsa(`rv64imac_${name}_svinval`, CAPACITY)).toBe('rv64imac_svinval');
  expect(guestIsa('rv64imac_svinval', CAPACITY, { [name]: true })).toBe('rv64imac_svinval');
});

test('too little room gives nothing, and nothing is written past it', () => {
  const length = guestIsa(QEMU_7)!.length;
  for (let capacity = 0; capacity <= length; capacity++) expect(guestIsa(QEMU_7, capacity)).toBeNull();
  expect(guestIsa(QEMU_7, length + 1)).toHaveLength(length);
});
