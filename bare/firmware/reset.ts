/** Turns the board off or resets it, by the device that platform.ts found. Each returns only where there is none. */
import { fence_iorw_iorw, mmio_write32 } from '../rv/intrinsics.ts';
import { failureValue, powerOffValue, rebootValue, resetRegister } from './platform.ts';

export function powerOff(): void {
  writeReset(powerOffValue);
}

export function reboot(): void {
  writeReset(rebootValue);
}

/** Turns the board off and reports a failure where the device can. */
export function failSystem(): void {
  writeReset(failureValue);
}

function writeReset(value: u32): void {
  if (resetRegister == 0) return;
  fence_iorw_iorw();
  mmio_write32(resetRegister, value);
}
