/**
 * A computer with hardware virtualization, on any computer: QEMU emulates an AMD processor with SVM and nested paging, Debian's
 * cloud kernel on it gives a real /dev/kvm, and an initramfs has Node and the project.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundlePrograms } from '../../cli/bundle.ts';
import { TemporaryFolder } from '../../cli/files.ts';
import { commandOf } from '../command-of.ts';
import { type CpioEntry, cpio } from './cpio.ts';
import { busybox, init, kernelPath, modules, mountPoints } from './debian.ts';

const root = join(import.meta.dirname, '..', '..');

/** What `typevisor run --on kvm` needs of node_modules. */
const PACKAGES = ['koffi', '@koromix/koffi-linux-x64', 'commander'];
/** The folder of the project there: as `npm install` leaves it, with the compiled nested tests beside it. */
export const APP = 'app';

/**
 * @param more further files
 * @param commands what to run, as lines of a shell script in /app
 * @param counted whether its one processor's clock counts instructions: a nanosecond is one, whatever else this computer does
 * @returns what they print; as far as it came, if the computer was lost
 */
export async function nestedHost(
  more: readonly CpioEntry[],
  commands: readonly string[],
  { counted = false } = {},
): Promise<string> {
  using folder = new TemporaryFolder();
  const files = [
    ...mountPoints,
    busybox(),
    ...modules('virt/lib/irqbypass', 'arch/x86/kvm/kvm', 'arch/x86/kvm/kvm-amd', 'drivers/net/tun'),
    ...nodeFiles(),
    ...(await projectFiles(folder.pathOf('dist'))),
    ...more,
    init('ifconfig lo 127.0.0.1 up', `cd /${APP}`, ...HOLD_VM, ...commands, 'poweroff -f'),
  ];
  const initramfs = folder.write('host.cpio', cpio(files));
  return await runQemu(initramfs, counted ? COUNTING : TWO_PROCESSORS);
}

/** See hold-vm.ts. */
const HOLD_VM = ['node dist/test/nested/hold-vm.js /held &', 'until [ -e /held ]; do sleep 0.1; done'];

/** Milliseconds without a word on its console after which the computer is taken for lost: see hold-vm.ts. */
const LONGEST_SILENCE = 300_000;

/** What is on its console, to follow a run that takes long. */
const consoleLog = join(root, 'build', 'nested-host.log');

const TWO_PROCESSORS = ['-accel', 'tcg,thread=multi', '-smp', '2'];
const COUNTING = ['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off'];

function runQemu(initramfs: string, processors: readonly string[]): Promise<string> {
  mkdirSync(dirname(consoleLog), { recursive: true });
  writeFileSync(consoleLog, '');
  const commandLine = 'console=ttyS0 quiet mitigations=off tsc=reliable panic=-1';
  const args = [
    ...['-M', 'q35', '-cpu', 'EPYC,+svm,+npt', ...processors, '-m', '3G'],
    ...['-kernel', kernelPath, '-initrd', initramfs, '-append', commandLine],
    ...['-nodefaults', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
  ];
  const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const end = () => qemu.kill('SIGKILL');
  process.once('exit', end);
  return new Promise((resolve, reject) => {
    let output = '';
    const silence = setTimeout(end, LONGEST_SILENCE);
    qemu.stdout.on('data', (bytes: Uint8Array) => {
      silence.refresh();
      output += String(bytes);
      appendFileSync(consoleLog, bytes);
    });
    qemu.on('error', reject);
    qemu.on('close', () => {
      clearTimeout(silence);
      process.off('exit', end);
      resolve(output.replaceAll('\r', ''));
    });
  });
}

/** The Node that runs this, as `node`. */
function nodeFiles(): CpioEntry[] {
  const [, ...libraries] = programFiles(process.execPath);
  return [{ path: 'bin/node', bytes: readFileSync(process.execPath), executable: true }, ...libraries];
}

/** A program at its own place, and the libraries that it is linked with. */
export function programFiles(program: string): CpioEntry[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...stdout.matchAll(/(\/\S+)/g)].map((match) => match[1]!);
  return [program, ...libraries].map((file) => ({
    path: file.slice(1),
    bytes: readFileSync(file),
    executable: true,
  }));
}

async function projectFiles(dist: string): Promise<CpioEntry[]> {
  const { status, stdout } = spawnSync(
    process.execPath,
    [commandOf('typescript', 'tsc'), '-p', join(root, 'test', 'nested'), '--outDir', dist],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stdout);
  await bundlePrograms(join(dist, 'command'));
  return [
    ...filesOf(dist, `${APP}/dist`, /\.c?js$/),
    ...filesOf(join(root, 'bin'), `${APP}/bin`, /\.cjs$/),
    { path: `${APP}/package.json`, bytes: readFileSync(join(root, 'package.json')) },
    ...PACKAGES.flatMap((name) => filesOf(join(root, 'node_modules', name), `${APP}/node_modules/${name}`, SHIPPED)),
  ];
}

const SHIPPED = /\.(js|cjs|mjs|json|node)$/;

function filesOf(folder: string, target: string, names: RegExp): CpioEntry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: `${target}/${relative(folder, file)}`, bytes: readFileSync(file) }));
}
