/** The same accesses to the devices' registers, on our machine and on QEMU's `virt`: each read has to give the same value. */

import { test } from 'vitest';
import { ACLINT_BASE, FINISHER_BASE, PLIC_BASE, RTC_BASE, UART_BASE } from './board.ts';
import {
  access8,
  access32,
  because,
  compareWithQemu,
  type Differences,
  mip,
  type Step,
  type StepLists,
} from './testing/register-steps.ts';

const uart = (register: number, value?: number): Step => access8(UART_BASE + register, value);
const plic = (offset: number, value?: number): Step => access32(PLIC_BASE + offset, value);
const aclint = (offset: number, value?: number): Step => access32(ACLINT_BASE + offset, value);
const rtc = (offset: number, value?: number): Step => access32(RTC_BASE + offset, value);

const [THR, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
const FCR = IIR;
const all = [IER, IIR, LCR, MCR, LSR, MSR, SCR].map((register) => uart(register));
const CLAIM = 0x20_0004;

const STEPS: StepLists = {
  'ACLINT timer': [
    ...[aclint(0x4000, 0xffff_ffff), aclint(0x4004, 0x7fff_ffff), aclint(0x4000), aclint(0x4004), mip],
    ...[aclint(0x4004, 0), aclint(0x4000, 0), mip, aclint(0x4004, 0x7fff_ffff), mip],
    ...[aclint(0xbffc, 0x1234), aclint(0xbffc)],
  ],
  'UART after reset': all,
  'UART registers keep their bits': [uart(IER, 0xff), uart(MCR, 0x0f), uart(SCR, 0xa5), uart(LCR, 0x7f), ...all],
  'UART divisor latch': [uart(LCR, 0x83), uart(0, 0x34), uart(1, 0x12), uart(0), uart(1), uart(LCR, 3), uart(IER)],
  'UART transmitter interrupt': [uart(IER, 0), uart(IIR), uart(IER, 2), uart(IIR), uart(IIR), uart(IER, 2), uart(IIR)],
  'UART modem lines in loopback': [
    ...[uart(IER, 0), uart(MCR, 0), uart(MSR), uart(MCR, 0x10), uart(MSR), uart(MSR)],
    ...[uart(MCR, 0x1f), uart(MSR), uart(MSR), uart(MCR, 0x12), uart(MSR), uart(MSR)],
  ],
  'UART data in loopback': [
    ...[uart(FCR, 0), uart(MCR, 0x10), uart(IER, 1), uart(THR, 0x41), uart(LSR), uart(IIR), uart(0), uart(LSR)],
    ...[uart(IIR), uart(0)],
  ],
  'UART overrun': [uart(IER, 4), uart(THR, 1), uart(THR, 2), uart(IIR), uart(LSR), uart(LSR), uart(0), uart(LSR)],
  'UART FIFO in loopback': [
    ...[uart(IER, 1), uart(FCR, 0x81), uart(IIR), ...Array.from({ length: 8 }, (_, index) => uart(THR, index))],
    ...[uart(IIR), uart(LSR), uart(0), uart(0), uart(LSR), uart(FCR, 0x83), uart(LSR), uart(IIR), uart(FCR, 0)],
    ...[uart(IIR), uart(MCR, 0), uart(IER, 0)],
  ],
  'PLIC registers keep their bits': [
    ...[plic(0, 0xffff_ffff), plic(0), plic(4, 0xffff_ffff), plic(4), plic(40, 0xffff_fffa), plic(40), plic(4 * 95)],
    ...[plic(0x2000, 0xffff_ffff), plic(0x2000), plic(0x2080), plic(0x1000), plic(0x20_0000, 5), plic(0x20_0000)],
    ...[plic(0x20_1000), plic(0x2000, 0), plic(0x20_0000, 0), plic(CLAIM)],
  ],
  'PLIC request, claim and completion of the UART': [
    ...[plic(40, 3), plic(0x1000), mip, uart(IER, 2), plic(0x1000), mip, plic(0x2000, 1 << 10), mip],
    ...[plic(0x20_0000, 3), mip, plic(0x20_0000, 2), mip, plic(CLAIM), plic(0x1000), mip, plic(CLAIM)],
    // The wire is still high, but nothing new has happened: completion brings no request.
    ...[plic(CLAIM, 10), plic(0x1000), mip, plic(CLAIM), uart(IIR), plic(CLAIM, 10), plic(0x1000), mip],
    // A request stays when the wire falls.
    ...[uart(IER, 0), uart(IER, 2), uart(IER, 0), plic(0x1000), mip, plic(CLAIM), plic(CLAIM, 10), mip],
  ],
  'PLIC claim under a threshold': [
    ...[plic(0x20_0000, 7), uart(IER, 2), mip, plic(CLAIM), uart(IER, 0), plic(CLAIM, 10), plic(0x20_0000, 0)],
    ...[mip, plic(CLAIM), plic(CLAIM, 10)],
  ],
  'ACLINT software interrupt': [aclint(0, 0xffff_ffff), aclint(0), mip, aclint(0, 0xffff_fffe), aclint(0), mip],
  'RTC alarm': [
    ...[rtc(0x10), rtc(0x18), rtc(0x10, 1), rtc(0x10), rtc(0xc, 0x7000_0000), rtc(8, 5), rtc(0x18), rtc(8), rtc(0xc)],
    ...[rtc(0x14, 1), rtc(0x18), plic(0x1000), rtc(0xc, 1), rtc(8, 0), plic(0x1000), rtc(0x18), rtc(0x1c, 1)],
    ...[plic(0x2000, 1 << 11), plic(44, 1), plic(CLAIM), plic(CLAIM, 11), plic(0x1000)],
  ],
  'test finisher reads zero': [access32(FINISHER_BASE)],
};

/** Reads that give another value on QEMU (7.2 and 10), and why. */
const DIFFERENCES: Differences = {
  ...because('QEMU starts with OUT2 set, as a PC wants it; PC16550D, Table I: MCR is 0', {
    'UART after reset': ['4 of 0x10000004'],
  }),
  ...because('QEMU shows no changes of modem lines in loopback; PC16550D, MCR bit 4: they work as otherwise', {
    'UART modem lines in loopback': ['2 of 0x10000006', '4 of 0x10000006', '6 of 0x10000006'],
  }),
  ...because('QEMU keeps an enable bit for source 0; PLIC 1.0.0, "Interrupt Enables": hardwired to zero', {
    'PLIC registers keep their bits': ['5 of 0xc002000'],
  }),
  ...because('QEMU looks at pending requests only at its next event, not when they are enabled', {
    'PLIC request, claim and completion of the UART': ['5 of mip'],
  }),
  ...because('QEMU heeds the threshold; PLIC 1.0.0, "Interrupt Claim Process": a claim does not', {
    'PLIC claim under a threshold': ['2 of 0xc200004', '3 of mip', '4 of 0xc200004'],
  }),
};

test('every read gives what it gives on QEMU', () => compareWithQemu(STEPS, DIFFERENCES));
