/**
 * Holds a virtual machine with a CPU until the nested host is off, and says so by a file. With the first one that is made and the last one
 * that goes, KVM patches the scheduler of its kernel (preempt notifiers), by way of a breakpoint; and a processor that QEMU 7.2 emulates
 * may go on executing that breakpoint when it is no longer there, until none of them does anything else.
 */
import { writeFileSync } from 'node:fs';
import { Kvm } from '../../kvm/kvm.ts';
import { X86Vm } from '../../kvm/x86/vm.ts';

const vm = new X86Vm(new Kvm());
const held = [vm, vm.createVcpu()];
setInterval(() => held.length, 2 ** 31 - 1);
writeFileSync(process.argv[2]!, '');
