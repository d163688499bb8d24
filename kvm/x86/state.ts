/**
 * The state of a PC whose vCPUs do not run, but for its memory: what `machine/snapshot/format.ts` puts into a snapshot's header.
 * Structures that are nobody's but KVM's are kept as their bytes, in hexadecimal.
 */
import { hex64, type State, StateError, type StateReader } from '../../devices/state.ts';
import { ioctls as commonIoctls, structs as commonStructs } from '../api.ts';
import type { Handle } from '../handle.ts';
import { SystemCallError } from '../syscall.ts';
import { ioctls, structs } from './api.ts';
import type { Pc } from './pc.ts';
import type { X86Vcpu } from './vcpu.ts';
import type { X86Vm } from './vm.ts';

/** A structure that one ioctl reads and another one writes. */
interface Saved {
  readonly name: string;
  readonly get: number;
  readonly set: number;
  readonly size: number;
}

const saved = (name: string, get: number, set: number, { size }: { readonly size: number }): Saved => ({
  name,
  get,
  set,
  size,
});

/** In the order in which they are set: special registers first, since they say what of the rest there is. */
const VCPU_STATE: readonly Saved[] = [
  saved('sregs', ioctls.KVM_GET_SREGS, ioctls.KVM_SET_SREGS, structs.kvm_sregs),
  saved('regs', ioctls.KVM_GET_REGS, ioctls.KVM_SET_REGS, structs.kvm_regs),
  saved('xcrs', ioctls.KVM_GET_XCRS, ioctls.KVM_SET_XCRS, structs.kvm_xcrs),
  saved('xsave', ioctls.KVM_GET_XSAVE, ioctls.KVM_SET_XSAVE, structs.kvm_xsave),
  saved('debugregs', ioctls.KVM_GET_DEBUGREGS, ioctls.KVM_SET_DEBUGREGS, structs.kvm_debugregs),
  saved('lapic', ioctls.KVM_GET_LAPIC, ioctls.KVM_SET_LAPIC, structs.kvm_lapic_state),
  saved('mp_state', commonIoctls.KVM_GET_MP_STATE, commonIoctls.KVM_SET_MP_STATE, commonStructs.kvm_mp_state),
  saved('events', ioctls.KVM_GET_VCPU_EVENTS, ioctls.KVM_SET_VCPU_EVENTS, structs.kvm_vcpu_events),
];

const PIT = saved('pit', ioctls.KVM_GET_PIT2, ioctls.KVM_SET_PIT2, structs.kvm_pit_state2);
/** KVM_IRQCHIP_PIC_MASTER, KVM_IRQCHIP_PIC_SLAVE, KVM_IRQCHIP_IOAPIC. */
const IRQCHIPS = [0, 1, 2];
/** Its timer is the local APIC's, so that it is set when that is there. */
const IA32_TSC_DEADLINE = 0x6e0;

export function savePc(pc: Pc): State {
  const indices = pc.vm.msrIndices();
  return {
    vcpus: pc.vcpus.map((vcpu) => saveVcpu(vcpu, indices)),
    vm: saveVm(pc.vm),
    devices: Object.fromEntries(pc.board.devices.map(([name, device]) => [name, device.save()])),
  };
}

/**
 * Into a PC that has just been made with as much memory, as many vCPUs and the same devices.
 * @param warn a line for the user
 * @throws StateError
 */
export function loadPc(pc: Pc, state: StateReader, warn: (message: string) => void): void {
  const devices = state.state('devices');
  const names = pc.board.devices.map(([name]) => name);
  for (const name of devices.names.filter((each) => !names.includes(each))) {
    throw new StateError(
      `it has a device '${name}', and this PC ${names.join(', ')}: give it the same drives and --net`,
    );
  }
  for (const [name, device] of pc.board.devices) device.load(devices.state(name));
  loadVm(pc.vm, state.state('vm'));
  const vcpus = state.list('vcpus', pc.vcpus.length);
  if (!vcpus.every((each, index) => setTscFrequency(pc.vcpus[index]!, each))) {
    warn("this computer's time stamp counters run at another rate than the saved guest's: its clock may be wrong");
  }
  for (const [index, each] of vcpus.entries()) loadVcpu(pc.vcpus[index]!, each);
}

function saveVcpu(vcpu: X86Vcpu, indices: readonly number[]): State {
  const msrs = [...vcpu.getMsrs(indices)].map(([index, value]) => ({ index, value: hex64(value) }));
  const tscKhz = vcpu.call('KVM_GET_TSC_KHZ', ioctls.KVM_GET_TSC_KHZ);
  return { ...Object.fromEntries(VCPU_STATE.map((each) => [each.name, read(vcpu, each)])), msrs, tscKhz };
}

function loadVcpu(vcpu: X86Vcpu, state: StateReader): void {
  const msrs = state.list('msrs').map((each) => [each.number('index', 0xffff_ffff), each.u64('value')] as const);
  for (const each of VCPU_STATE) {
    // Wake-ups and interrupts come last, with all that they touch in place.
    if (each.name === 'mp_state') vcpu.setMsrs(msrs.filter(([index]) => index !== IA32_TSC_DEADLINE));
    write(vcpu, each, state);
  }
  vcpu.setMsrs(msrs.filter(([index]) => index === IA32_TSC_DEADLINE));
  // Its watchdogs are not to count the time between. A guest without KVM's clock cannot be told.
  attempt(() => vcpu.call('KVM_KVMCLOCK_CTRL', ioctls.KVM_KVMCLOCK_CTRL));
}

/** Before its TSC is set. @returns false where the processor cannot scale it. */
function setTscFrequency(vcpu: X86Vcpu, state: StateReader): boolean {
  const saved = state.has('tscKhz') ? state.number('tscKhz', 0xffff_ffff) : 0;
  if (saved === 0 || saved === vcpu.call('KVM_GET_TSC_KHZ', ioctls.KVM_GET_TSC_KHZ)) return true;
  return attempt(() => vcpu.call('KVM_SET_TSC_KHZ', ioctls.KVM_SET_TSC_KHZ, saved));
}

/** @returns whether the kernel has done it */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    return false;
  }
}

function saveVm(vm: X86Vm): State {
  const clock = vm.get('KVM_GET_CLOCK', ioctls.KVM_GET_CLOCK, structs.kvm_clock_data).clock;
  const irqchips = IRQCHIPS.map((chip_id) => {
    const bytes = structs.kvm_irqchip.encode({ chip_id });
    vm.callBytes('KVM_GET_IRQCHIP', ioctls.KVM_GET_IRQCHIP, bytes);
    return Buffer.from(bytes).toString('hex');
  });
  return { clock: hex64(clock), pit: read(vm, PIT), irqchips };
}

function loadVm(vm: X86Vm, state: StateReader): void {
  const clock = structs.kvm_clock_data.encode({ clock: state.u64('clock') });
  vm.callBytes('KVM_SET_CLOCK', ioctls.KVM_SET_CLOCK, clock);
  write(vm, PIT, state);
  for (const chip of state.texts('irqchips')) {
    vm.callBytes('KVM_SET_IRQCHIP', ioctls.KVM_SET_IRQCHIP, fromHex(chip, structs.kvm_irqchip.size, 'irqchips'));
  }
}

function read(handle: Handle, { name, get, size }: Saved): string {
  const bytes = new Uint8Array(size);
  handle.callBytes(`get ${name}`, get, bytes);
  return Buffer.from(bytes).toString('hex');
}

function write(handle: Handle, { name, set, size }: Saved, state: StateReader): void {
  handle.callBytes(`set ${name}`, set, fromHex(state.text(name), size, name));
}

function fromHex(text: string, size: number, name: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.length !== size || text.length !== 2 * size) throw new StateError(`${name} is not ${size} bytes`);
  return bytes;
}
