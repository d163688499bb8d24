/** What an exit from a guest costs, beside the same in C below the same trap.S, counted by QEMU. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { artefact } from '../cli/artefacts.ts';
import { loadGuest } from '../cli/guests.ts';
import { readElf } from '../toolchain/elf.ts';
import type { BenchRow } from './row.ts';

const FOLDER = fileURLToPath(new URL('hypervisor', import.meta.url));
const TRAP = fileURLToPath(new URL('../bare/hypervisor/trap.S', import.meta.url));
/** As in rounds.inc. */
const ROUNDS = 0x1000;
const PEER = 'clang -O2';
const TIMEOUT_MS = 60_000;
/** Where peer.c wants the guest: 2 MiB into what is the guest's memory. */
const PEER_GUEST = 0x8820_0000;

/** Offsets of the structures in peer.c, under the names that trap.S uses. */
const PEER_OFFSETS = {
  VCPU_X: 0,
  VCPU_SEPC: 256,
  VCPU_SSTATUS: 264,
  VCPU_HSTATUS: 272,
  VCPU_HART: 280,
  HART_STACK_TOP: 8,
  HART_FAULT_EXPECTED: 16,
  HART_FAULT_CAUSE: 24,
  HART_FAULT_ADDRESS: 32,
  HART_FAULT_GUEST_ADDRESS: 40,
  HART_FRAME: 48,
};

/** Guests that have exits of one kind, and what is measured by them: all from the exit to the guest's next instruction. */
const MEASUREMENTS = [
  { guest: 'null-sbi.S', name: 'hypervisor: null SBI call' },
  { guest: 'set-timer.S', name: 'hypervisor: SBI call that sets the timer' },
  { guest: 'send-ipi.S', name: 'hypervisor: SBI call that sends an interrupt to itself' },
  { guest: 'mmio-read.S', name: 'hypervisor: read of a virtio register' },
] as const;

/** @throws Error naming the missing Debian package where there is no clang, binutils or QEMU */
export async function runHypervisorBench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'typevisor-'));
  try {
    const hypervisor = join(folder, 'hypervisor.elf');
    await writeFile(hypervisor, await artefact('hypervisor.elf'));
    const peer = await buildPeer(folder);
    const rows: BenchRow[] = [];
    for (const { guest, name } of MEASUREMENTS) {
      const { bytes } = await loadGuest(join(FOLDER, guest));
      const elf = join(folder, 'guest.elf');
      const raw = join(folder, 'guest.bin');
      await writeFile(elf, bytes);
      await writeFile(raw, rawImage(bytes));
      const value = await measure(folder, hypervisor, `guest-loader,addr=0x88000000,kernel=${elf}`);
      const peerValue = await measure(folder, peer, `loader,file=${raw},addr=0x${PEER_GUEST.toString(16)}`);
      rows.push({ name, unit: 'instructions', value, peer: PEER, peerValue, ratio: value / peerValue });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Path of the peer's ELF. */
async function buildPeer(folder: string): Promise<string> {
  const objects = ['start.o', 'trap.o', 'peer.o'].map((name) => join(folder, name)) as [string, string, string];
  const offsets = Object.entries(PEER_OFFSETS).flatMap(([name, value]) => ['--defsym', `${name}=${value}`]);
  const assembler = ['-march=rv64imach', '-mabi=lp64'];
  const target = [
    '--target=riscv64',
    '-march=rv64imac',
    '-mabi=lp64',
    '-mcmodel=medany',
    '-mno-relax',
    '-ffreestanding',
  ];
  await tool('riscv64-linux-gnu-as', [...assembler, join(FOLDER, 'peer-start.S'), '-o', objects[0]]);
  await tool('riscv64-linux-gnu-as', [...assembler, ...offsets, TRAP, '-o', objects[1]]);
  await tool('clang', [...target, '-O2', '-c', join(FOLDER, 'peer.c'), '-o', objects[2]]);
  const elf = join(folder, 'peer.elf');
  await tool('riscv64-linux-gnu-ld', ['-T', join(FOLDER, 'peer.ld'), '--no-relax', ...objects, '-o', elf]);
  return elf;
}

/** The bytes of an ELF's one segment with any. */
function rawImage(elf: Uint8Array): Uint8Array {
  const [segment, ...others] = readElf(elf).segments.filter(({ bytes }) => bytes.length > 0);
  if (segment === undefined || others.length > 0) throw new Error('the guest of the benchmark is more than its code');
  return segment.bytes;
}

/** Instructions of one round: the guest prints those of all, in hexadecimal. */
async function measure(folder: string, kernel: string, device: string): Promise<number> {
  const console = join(folder, 'console');
  const machine = ['-M', 'virt', '-cpu', 'rv64,h=true', '-m', '512M', '-icount', 'shift=0'];
  const io = ['-display', 'none', '-monitor', 'none', '-serial', `file:${console}`];
  await tool('qemu-system-riscv64', [...machine, ...io, '-kernel', kernel, '-device', device]);
  const printed = /^([0-9a-f]{16})\r?$/m.exec(await readFile(console, 'utf8'));
  if (printed === null) throw new Error(`${kernel}: the guest printed no count`);
  return Number.parseInt(printed[1]!, 16) / ROUNDS;
}

const PACKAGES: Readonly<Record<string, string>> = {
  clang: 'clang',
  'qemu-system-riscv64': 'qemu-system-misc',
  'riscv64-linux-gnu-as': 'binutils-riscv64-linux-gnu',
  'riscv64-linux-gnu-ld': 'binutils-riscv64-linux-gnu',
};

async function tool(name: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(name, args, { timeout: TIMEOUT_MS });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new Error(code === 'ENOENT' ? `${name} is missing: apt install ${PACKAGES[name]}` : message);
  }
}
