/** The options of `typevisor run`, as they are typed. */
import type { DebuggerOptions } from './gdb-port.ts';

export interface RunOption {
  /** As commander writes them: `--name`, `--name <value>`, `--name [value]`, `--no-name`. */
  readonly flags: string;
  readonly help: string;
  readonly initial?: string;
  /** It may be given several times. */
  readonly repeated?: true;
}

export const RUN_OPTIONS: readonly RunOption[] = [
  {
    flags: '--on <host>',
    help: 'where: machine (built in), qemu, kvm, or auto: kvm for x86 guests',
    initial: 'auto',
  },
  { flags: '--raw <file>', help: 'on KVM: a flat program' },
  {
    flags: '--at <address>',
    help: 'where --raw is loaded and entered (default: 0x1000 in real mode, else 0x100000)',
  },
  {
    flags: '--mode <mode>',
    help: 'how --raw is entered: real (16-bit code, default), protected (32-bit) or long (64-bit)',
  },
  { flags: '--memory <size>', help: "each guest's RAM", initial: '128M' },
  { flags: '--vcpus <n>', help: 'harts of each guest, 1 to 8', initial: '1' },
  { flags: '--host-memory <size>', help: "the host's RAM (default: what the guests need together)" },
  { flags: '--smp <n>', help: 'harts of the host, 1 to 8 (default: 1, or what a file of guests says)' },
  {
    flags: '--bios <file>',
    help: 'firmware: a file, typevisor (ours) or default (ours; OpenSBI on QEMU)',
    initial: 'default',
  },
  { flags: '--initrd <file>', help: "every guest's initial RAM disk" },
  { flags: '--append <text>', help: "every guest's command line" },
  {
    flags: '--drive <file>',
    help: 'a disk (virtio) of a guest, again for further ones; options behind a comma',
    repeated: true,
  },
  {
    flags: '--net [network]',
    help: 'a network card (virtio) for each guest, on a switch between them; user: and to the host',
  },
  { flags: '--save <file>', help: 'on KVM: save the guest to this file on Ctrl-A s, and when you leave it' },
  { flags: '--restore <file>', help: 'on KVM: go on from a file of --save, with the same drives and --net' },
  { flags: '--no-confine', help: 'on KVM: let the monitor open any file and make any system call' },
  {
    flags: '--trace [file]',
    help: 'a line for each exit of a guest, or a file (.json) for Perfetto with the last 32767',
  },
  { flags: '--timeout <seconds>', help: 'stop after so many seconds, with exit code 124' },
  { flags: '--gdb <port>', help: 'let gdb attach: target remote localhost:PORT (0: any port)' },
  { flags: '--gdb-wait', help: 'with --gdb: execute nothing until gdb says so' },
  { flags: '--dry-run', help: 'with --on qemu: print the command line instead of running it' },
  { flags: '--quiet', help: "the guests' output only: nothing of the hypervisor's and the firmware's own" },
];

export interface RunOptions extends DebuggerOptions {
  readonly on: string;
  readonly memory: string;
  readonly vcpus: string;
  readonly hostMemory?: string;
  readonly smp?: string;
  readonly bios: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly drive: readonly string[];
  readonly net?: true | string;
  readonly trace?: true | string;
  readonly timeout?: string;
  readonly dryRun?: true;
  readonly quiet?: true;
  readonly raw?: string;
  readonly at?: string;
  readonly mode?: string;
  readonly confine: boolean;
  readonly save?: string;
  readonly restore?: string;
}
