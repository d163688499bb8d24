/** Physical memory protection: Priv. 1.13, "Physical Memory Protection". */
import { csrr_pmpcfg0, csrw_pmpaddr0, csrw_pmpaddr1, csrw_pmpaddr2, csrw_pmpcfg0 } from '../rv/csr.ts';
import { sfence_vma_all } from '../rv/intrinsics.ts';
import { firmwareSize, firmwareStart } from './link-table.ts';
import { panic } from './panic.ts';
import { msip } from './platform.ts';

const PMP_RWX: u64 = 7;
const PMP_NAPOT: u64 = 3 << 3;

/** The MSIPs, MTIMECMPs and MTIME of a CLINT together. */
const CLINT_SIZE: u64 = 0x1_0000;

/** Closes the firmware's memory and its timer to S and U, and opens all else. The lowest matching entry counts. */
export function protectFirmware(): void {
  csrw_pmpaddr0(naturallyAligned(firmwareStart(), firmwareSize()));
  csrw_pmpaddr1(naturallyAligned(msip & ~(CLINT_SIZE - 1), CLINT_SIZE));
  csrw_pmpaddr2(~(<u64>0) >> 10);
  const configuration = PMP_NAPOT | (PMP_NAPOT << 8) | ((PMP_NAPOT | PMP_RWX) << 16);
  csrw_pmpcfg0(configuration);
  if ((csrr_pmpcfg0() & 0xff_ffff) != configuration) panic('the harts have fewer than 3 PMP entries, or locked ones');
  sfence_vma_all();
}

/** The address register of a NAPOT range: ones below the address say how large it is. */
export function naturallyAligned(start: u64, size: u64): u64 {
  return (start >> 2) | ((size >> 3) - 1);
}
