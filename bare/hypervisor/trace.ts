/** One line for each exit, for those who want to see them all. */

import { print, printHex } from '../lib/print.ts';
import { causeTitle } from '../rv/causes.ts';
import { csrr_stval } from '../rv/csr.ts';
import { beginMessage, endMessage } from './console.ts';
import { printName } from './guest.ts';
import { Vcpu } from './vcpu.ts';

export let isTracing: bool = false;

export function startTracing(): void {
  isTracing = true;
}

export function traceExit(vcpu: Vcpu, cause: u64): void {
  beginMessage();
  print('exit of ');
  printName(vcpu.guest);
  print(': ');
  print(causeTitle(cause));
  print(', sepc ');
  printHex(vcpu.sepc);
  print(', stval ');
  printHex(csrr_stval());
  print(', a7 ');
  printHex(vcpu.a7);
  endMessage();
}
