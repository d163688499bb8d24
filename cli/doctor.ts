/** `typevisor doctor`: what this computer can do for Typevisor, and how to mend what it cannot. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { capabilities } from '../kvm/api.ts';
import { Kvm } from '../kvm/kvm.ts';
import { KvmUnavailableError } from '../kvm/syscall.ts';
import { X86Vm } from '../kvm/x86/vm.ts';
import { UserError } from './errors.ts';
import { version } from './package-root.ts';
import { checkQemu, qemuCommand } from './qemu.ts';

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  /** `missing` is no failure: it is only needed for what its text says. */
  readonly state: 'good' | 'poor' | 'missing';
  readonly text: string;
}

export function doctor(): void {
  const findings = [nodeFinding(), ...kvmFindings(), qemuFinding()];
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, state, text } of findings) {
    process.stdout.write(`${what.padEnd(width)}  ${state.padEnd(7)}  ${text}\n`);
  }
}

function nodeFinding(): Finding {
  return { what: 'Node', state: 'good', text: `${process.versions.node}, typevisor ${version}` };
}

function kvmFindings(): Finding[] {
  try {
    using kvm = new Kvm();
    return [{ what: 'KVM', ...acceleration(cpuFlags(), loadedModules()) }, extensions(kvm), cpus(kvm)];
  } catch (error) {
    if (!(error instanceof KvmUnavailableError)) throw error;
    return [{ what: 'KVM', state: 'missing', text: `needed for x86-64 guests: ${error.message}` }];
  }
}

/**
 * Whether the processor runs guests itself. KVM does not say; a processor without VMX and SVM cannot.
 * @param flags of /proc/cpuinfo
 * @param modules names in /sys/module
 */
export function acceleration(flags: ReadonlySet<string>, modules: readonly string[]): Omit<Finding, 'what'> {
  const vendor = flags.has('svm') ? 'AMD-V' : flags.has('vmx') ? 'VT-x' : undefined;
  if (vendor === undefined) {
    const module = modules.length === 0 ? '' : ` (${modules.join(', ')})`;
    return {
      state: 'poor',
      text: `software-backed${module}: slow in kernels, and some instructions end a guest; a host with VT-x or AMD-V mends it`,
    };
  }
  const paging = flags.has('npt') || flags.has('ept');
  return paging
    ? { state: 'good', text: `hardware: ${vendor} with nested paging` }
    : { state: 'poor', text: `hardware: ${vendor} without nested paging: slow` };
}

/** Extensions that are used, and what goes without them. */
const EXTENSIONS: readonly (readonly [capability: keyof typeof capabilities, purpose: string])[] = [
  ['KVM_CAP_IRQCHIP', 'Linux guests'],
  ['KVM_CAP_IMMEDIATE_EXIT', 'stopping guests'],
  ['KVM_CAP_SET_GUEST_DEBUG', 'single steps'],
  ['KVM_CAP_IOEVENTFD', 'events'],
];

function extensions(kvm: Kvm): Finding {
  const missing = EXTENSIONS.filter(([name]) => kvm.checkExtension(capabilities[name]) === 0);
  return missing.length === 0
    ? { what: 'KVM extensions', state: 'good', text: 'all that are used' }
    : {
        what: 'KVM extensions',
        state: 'poor',
        text: `missing: ${missing.map(([name, purpose]) => `${name} (${purpose})`).join(', ')}; a newer kernel has them`,
      };
}

function cpus(kvm: Kvm): Finding {
  using vm = new X86Vm(kvm);
  return {
    what: 'KVM guests',
    state: 'good',
    text: `up to ${kvm.mostVcpus} CPUs, ${vm.supportedCpuid().length} CPUID leaves`,
  };
}

function cpuFlags(): Set<string> {
  const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1] ?? '';
  return new Set(line.split(' '));
}

const KVM_MODULES = ['kvm_intel', 'kvm_amd', 'kvm_pvm'];

function loadedModules(): string[] {
  return KVM_MODULES.filter((name) => existsSync(`/sys/module/${name}`));
}

function qemuFinding(): Finding {
  const command = qemuCommand();
  try {
    checkQemu(command);
    const line = spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]!;
    return { what: 'QEMU', state: 'good', text: line };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { what: 'QEMU', state: 'missing', text: `needed for --on qemu: ${error.message}` };
  }
}
