/** What the harts implement beyond what the firmware needs: asked of one, taken to be the same for all. */
import {
  csrr_menvcfg,
  csrr_misa,
  csrr_mstateen0,
  csrr_pmpaddr0,
  csrr_stimecmp,
  csrr_time,
  csrs_menvcfg,
  MENVCFG_STCE,
  MISA_H,
} from '../rv/csr.ts';
import { expectTrap, trapOccurred } from './expected-trap.ts';

/** The hypervisor extension. */
export let hasHypervisor: bool = false;
/** `menvcfg`, from Priv. 1.12 on. */
export let hasEnvironmentConfiguration: bool = false;
/** `stimecmp`. */
export let hasSstc: bool = false;
/** `mstateen0`. */
export let hasStateEnable: bool = false;
export let hasPmp: bool = false;
/** Can the CSR `time` be read? Otherwise emulate-time.ts answers. */
export let hasTime: bool = false;

export function probeFeatures(): void {
  hasHypervisor = (csrr_misa() & MISA_H) != 0;

  expectTrap();
  csrr_menvcfg();
  hasEnvironmentConfiguration = !trapOccurred();

  if (hasEnvironmentConfiguration) {
    csrs_menvcfg(MENVCFG_STCE);
    expectTrap();
    csrr_stimecmp();
    hasSstc = !trapOccurred() && (csrr_menvcfg() & MENVCFG_STCE) != 0;
  }

  expectTrap();
  csrr_mstateen0();
  hasStateEnable = !trapOccurred();

  expectTrap();
  csrr_pmpaddr0();
  hasPmp = !trapOccurred();

  expectTrap();
  csrr_time();
  hasTime = !trapOccurred();
}
