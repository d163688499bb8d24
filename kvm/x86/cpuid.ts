/**
 * What guests are told about their processor: what the host's processor and KVM offer, less what is not kept here, and the
 * topology that the guest really has: one package of as many cores as it has vCPUs (Intel SDM 2A, CPUID; AMD APM 3, appendix E).
 */
import { type CpuidEntry, KVM_CPUID_FLAG_SIGNIFCANT_INDEX } from './api.ts';

export interface CpuidOptions {
  readonly vcpus: number;
  /** The local APIC's, 0 and up. */
  readonly apicId: number;
  /** Whether the local APIC in the kernel has the TSC-deadline timer. */
  readonly tscDeadline: boolean;
}

type Register = 'eax' | 'ebx' | 'ecx' | 'edx';

/** Features that are hidden: their state or their devices are not here. */
const HIDDEN: readonly {
  readonly leaf: number;
  readonly register: Register;
  readonly bits: number;
  readonly name: string;
}[] = [
  { leaf: 0x1, register: 'ecx', bits: 1 << 5, name: 'VMX: no nested virtualization' },
  { leaf: 0x8000_0001, register: 'ecx', bits: 1 << 2, name: 'SVM: no nested virtualization' },
];

const TSC_DEADLINE = 1 << 24;
const HYPERVISOR = 1 << 31;
const LEVEL_THREAD = 1;
const LEVEL_CORE = 2;

export function guestCpuid(supported: readonly CpuidEntry[], options: CpuidOptions): CpuidEntry[] {
  const others = supported.filter((entry) => entry.function !== 0xb && entry.function !== 0x1f);
  const entries = others.map((entry) => withTopology(withoutHidden({ ...entry }), options));
  const hasLevels = supported.some((entry) => entry.function === 0xb);
  return hasLevels ? [...entries, ...topologyLevels(options)] : entries;
}

function withoutHidden(entry: CpuidEntry): CpuidEntry {
  for (const { leaf, register, bits } of HIDDEN) {
    if (entry.function === leaf) entry[register] = (entry[register] & ~bits) >>> 0;
  }
  return entry;
}

function withTopology(entry: CpuidEntry, { vcpus, apicId, tscDeadline }: CpuidOptions): CpuidEntry {
  switch (entry.function) {
    case 0x1:
      // EBX: brand and cache line as they are, logical processors of the package, initial APIC id.
      entry.ebx = ((entry.ebx & 0xffff) | (vcpus << 16) | (apicId << 24)) >>> 0;
      entry.ecx = (entry.ecx | HYPERVISOR | (tscDeadline ? TSC_DEADLINE : 0)) >>> 0;
      break;
    case 0x4:
      // Cores of the package; the first two levels of caches are a core's own.
      if ((entry.eax & 0x1f) !== 0) entry.eax = sharedBy(entry.eax, vcpus) | ((vcpus - 1) << 26);
      break;
    case 0x8000_0008:
      entry.ecx = (entry.ecx & ~0xf0ff) | (idBits(vcpus) << 12) | (vcpus - 1);
      break;
    case 0x8000_001d:
      if ((entry.eax & 0x1f) !== 0) entry.eax = sharedBy(entry.eax, vcpus);
      break;
    case 0x8000_001e:
      entry.eax = apicId;
      // One thread a core, one node.
      entry.ebx = apicId;
      entry.ecx = 0;
      break;
  }
  entry.eax >>>= 0;
  return entry;
}

/** EAX of a cache's leaf: how many logical processors share it, less one, in bits 25 to 14. */
function sharedBy(eax: number, vcpus: number): number {
  const level = (eax >> 5) & 7;
  const shares = level >= 3 ? vcpus : 1;
  return (eax & 0x3fff) | ((shares - 1) << 14);
}

/** Leaf 0xB: a subleaf for threads, one for cores, one that ends the list. */
function topologyLevels({ vcpus, apicId }: CpuidOptions): CpuidEntry[] {
  const level = (index: number, shift: number, count: number, type: number): CpuidEntry => ({
    function: 0xb,
    index,
    flags: KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
    eax: shift,
    ebx: count,
    ecx: index | (type << 8),
    edx: apicId,
    padding: [],
  });
  return [level(0, 0, 1, LEVEL_THREAD), level(1, idBits(vcpus), vcpus, LEVEL_CORE), level(2, 0, 0, 0)];
}

/** Bits of an APIC id that tell the cores of a package apart. */
function idBits(vcpus: number): number {
  return Math.ceil(Math.log2(vcpus));
}
