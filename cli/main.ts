/** The `typevisor` command: what it understands. Each command's work is in the file of its name, loaded when it is needed. */
import { Command, Option } from 'commander';
import { addRunOptions, collect, prepared, runCommand } from './command-line.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { version } from './package-root.ts';

const PROGRAM = 'typevisor';

function command(name: string, summary: string, examples: string, more = ''): Command {
  const result = new Command(name)
    .description(summary)
    .addHelpText('after', `\nExamples:\n${examples}\n${more}${exitCodesHelp}`);
  return prepared(result, PROGRAM);
}

const driveHelp = `
A drive is a raw image: FILE, FILE,readonly, or FILE,overlay to keep the guest's changes in memory; Linux calls the first vda.`;
const netHelp = `
The network user gives guests addresses by DHCP (the first: 10.0.2.15) and lets them reach the host (10.0.2.2) and what the
host reaches. Behind it ,hostfwd=tcp::HOSTPORT-[ADDRESS]:PORT passes a port of the host on to the first guest, or to the one
with this address, and ,restrict lets guests reach nobody.`;
const shareHelp = `
A shared folder is mounted by its tag, which is share if it is not given: mount -t 9p -o trans=virtio,version=9p2000.L share /mnt`;
const guestConsoleHelp = `
At the console Ctrl-A x leaves, Ctrl-A 1 to 9 shows the console of that guest, Ctrl-A 0 all of them;
Ctrl-A p pauses a guest and lets it go on, and Ctrl-A h helps.
`;
const consoleHelp = '\nAt the console Ctrl-A x leaves and Ctrl-A h helps.\n';

const run = command(
  'run',
  'boot guests under the hypervisor: .ts and .S sources, ELF files, Linux Images, raw binaries',
  `  typevisor run hello.ts                        compile a guest and run it
  typevisor run a.S b.S --memory 16M            two guests at once, 16 MiB each
  typevisor run Image --initrd root.cpio --append "console=hvc0"
  typevisor run Image Image --drive a.img --drive b.img --net
                                                two guests with a disk each, which can talk to each other
  typevisor run guests.toml                     guests from a file (docs/guests-file.md)
  typevisor run hello.ts --on qemu --dry-run    the same for QEMU, as a command line
  typevisor run vmlinuz --initrd initrd.img     an x86-64 kernel, on Linux KVM
  typevisor run --on kvm --raw boot.bin         a flat real-mode program`,
  `${driveHelp} Guests get them in turn.${netHelp}
${guestConsoleHelp}`,
)
  .argument('[guest...]', 'the guests, run at the same time; or one .toml or .json file that describes them')
  .action(async (guests: string[], options) => (await import('./run.ts')).run(guests, options));

addRunOptions(run);

const build = command(
  'build',
  'write the hypervisor, for boards and other emulators; or one with a guest inside it',
  `  typevisor build -o typevisor.elf
  typevisor build --guest hello.ts -o hello-under-typevisor.elf
  typevisor build --guest kernel.elf --flat -o Image     starts by booti or go of U-Boot`,
)
  .option('--guest <file>', 'a guest to embed: .ts, .S, ELF, Linux Image or raw binary')
  .option('-o, --output <file>', 'where to write (default: typevisor.elf or typevisor.bin)')
  .option('--flat', 'a flat binary with the header of a Linux Image instead of an ELF')
  .action(async (options) => (await import('./build.ts')).build(options));

const machine = command(
  'machine',
  'run the bare computer, without the hypervisor',
  `  typevisor machine --linux                              Debian's kernel to a shell (after typevisor get linux)
  typevisor machine --kernel kernel.elf                  under our firmware, in S-mode
  typevisor machine --bios fw_jump.elf --kernel Image --append "earlycon=sbi"
  typevisor machine --linux --save vm.snapshot           leave by Ctrl-A x, and come back by
  typevisor machine --restore vm.snapshot
  typevisor machine --bios test.elf                      in M-mode, from the start of RAM
  typevisor machine --kernel Image --append "root=/dev/vda" --drive root.img,overlay
  typevisor machine --kernel Image --initrd root.cpio --net user,hostfwd=tcp::2222-:22
  typevisor machine --smp 4 --dump-dtb virt.dtb`,
  `${driveHelp}${netHelp}${shareHelp}
${consoleHelp}`,
)
  .option('--linux', 'boot the kernel and the initrd of typevisor get linux; other options change parts of it')
  .option('--bios <file>', 'what runs first, in M-mode: a file, default (ours) or opensbi (of get linux)', 'default')
  .option('--kernel <file>', 'what the firmware starts: Linux Image (also compressed by gzip), ELF or raw binary')
  .option('--initrd <file>', "the kernel's initial RAM disk")
  .option('--append <text>', "the kernel's command line")
  .option('--memory <size>', 'RAM (default: 128M, with --linux 512M)')
  .option('--smp <n>', 'harts, 1 to 8', '1')
  .option('--drive <file>', 'a disk (virtio), again for further ones; options behind a comma', collect, [])
  .option('--net <network>', 'a network card (virtio): user, or none; options behind a comma', collect, [])
  .option(
    '--share <folder>',
    'a folder of the host (virtio 9p); options behind a comma: tag=NAME, readonly',
    collect,
    [],
  )
  .option('--rng', 'a source of random numbers (virtio)')
  .option('--console <name>', 'what the keyboard is connected to: uart (ttyS0) or virtio (hvc0)', 'uart')
  .option('--gdb <port>', 'let gdb attach: target remote localhost:PORT')
  .option('--gdb-wait', 'with --gdb: execute nothing until gdb says so')
  .option('--statistics', 'say at the end what harts and devices have cost')
  .option('--save <file>', 'save the machine to this file on Ctrl-A s, and when you leave it')
  .addOption(
    new Option(
      '--restore <file>',
      'go on from a file of --save; drives and other devices have to be given again',
    ).conflicts(['linux', 'bios', 'kernel', 'initrd', 'append', 'memory', 'smp', 'dumpDtb']),
  )
  .option('--dump-dtb <file>', 'write the device tree and end')
  .option('--timeout <seconds>', 'stop after so many seconds, with exit code 124')
  .action(async (options) => (await import('./machine.ts')).machine(options));

const get = command(
  'get',
  "fetch what machines boot: Debian's kernel, busybox and OpenSBI, by the system's own apt",
  `  typevisor get linux
  typevisor get linux --suite sid`,
)
  .argument('<what>', 'linux')
  .option('--suite <name>', "Debian's release to take it from", 'trixie')
  .action(async (what: string, options) => (await import('./linux/get.ts')).get(what, options));

const asm = command('asm', 'assemble a .S file to an ELF that runs as a guest', '  typevisor asm abc.S -o abc.elf')
  .argument('<file>', 'the source, in GNU syntax')
  .option('-o, --output <file>', 'where to write (default: the source with .elf in the place of .S)')
  .action(async (file: string, options) => (await import('./asm.ts')).asm(file, options));

const objdump = command(
  'objdump',
  'show the segments, symbols and instructions of an ELF',
  '  typevisor objdump abc.elf',
)
  .argument('<file>', 'an ELF, or a .ts or .S source')
  .action(async (file: string) => (await import('./objdump.ts')).objdump(file));

const doctor = command(
  'doctor',
  'say what this computer can do (Node, KVM, QEMU), and how to mend what it cannot',
  '  typevisor doctor',
).action(async () => (await import('./doctor.ts')).doctor());

const typevisor = prepared(new Command(PROGRAM), PROGRAM)
  .description('A hypervisor in TypeScript, and the RISC-V computer that it runs on')
  .version(version, '-V, --version', 'show the version')
  .addHelpText(
    'after',
    `
Examples:
  typevisor run hello.ts
  typevisor run --help
${exitCodesHelp}`,
  )
  .helpCommand(false);
for (const each of [run, build, machine, get, asm, objdump, doctor]) typevisor.addCommand(each);

await runCommand(typevisor, PROGRAM);
