/** `restore-time KERNEL RAM-DISK`: milliseconds to a guest's prompt; and, when it is saved there, from a new command to the echo of a key. */
import { spawn } from 'node:child_process';

const [kernel, ramDisk] = process.argv.slice(2);
const PROMPT = '/ # ';
const SNAPSHOT = '/tmp/guest.snapshot';

/** Types `text` at once, and calls `found` when `marker` is printed. */
async function run(args: readonly string[], text: string, marker: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['bin/typevisor.cjs', 'run', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(text);
  let output = '';
  let time: number | undefined;
  child.stdout.on('data', (bytes: Uint8Array) => {
    output += String(bytes);
    if (time !== undefined || !output.includes(marker)) return;
    time = performance.now() - began;
    child.kill('SIGINT');
  });
  await new Promise((resolve) => child.on('close', resolve));
  if (time === undefined) throw new Error(output.slice(-300));
  return time;
}

const boot = [kernel!, '--initrd', ramDisk!, '--memory', '256M', '--save', SNAPSHOT];
const booted = await run([...boot, '--append', 'console=ttyS0 quiet panic=-1 mitigations=off'], '', PROMPT);
const restored = await run(['--on', 'kvm', '--restore', SNAPSHOT], 'x', 'x');
console.log(`${booted.toFixed(0)} ${restored.toFixed(0)}`);
