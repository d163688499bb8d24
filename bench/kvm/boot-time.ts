/**
 * `boot-time MARKER GUEST-MEMORY COMMAND…`: milliseconds from starting a command to a text in its output, then the mebibytes that it and
 * its children have resident without the guest's RAM. Waits for the command's end, and passes on what the guest has measured.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const [marker, guestMemory, command, ...args] = process.argv.slice(2);
const began = performance.now();
const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
let found = false;
child.stdout.on('data', (bytes: Uint8Array) => {
  output += String(bytes);
  if (found || !output.includes(marker!)) return;
  found = true;
  const time = performance.now() - began;
  console.log(`${time.toFixed(0)} ${(resident(child.pid!) / 1024).toFixed(1)}`);
});
child.on('close', (code) => {
  if (!found) console.log(`failed with ${code}: ${output.slice(-300)}`);
  for (const [line] of output.matchAll(/^disk .*$/gm)) console.log(line);
});

/** Of a process and what it has started, in KiB: each page's part (proc(5), Pss), but for mappings as large as the guest's RAM. */
function resident(pid: number): number {
  const own = readFileSync(`/proc/${pid}/smaps`, 'latin1')
    .split(/^(?=[0-9a-f]+-)/m)
    .filter((mapping) => field(mapping, 'Size') < Number(guestMemory) * 1024)
    .reduce((sum, mapping) => sum + field(mapping, 'Pss'), 0);
  return childrenOf(pid).reduce((sum, each) => sum + resident(each), own);
}

function field(mapping: string, name: string): number {
  return Number(new RegExp(`^${name}: +([0-9]+) kB$`, 'm').exec(mapping)?.[1] ?? 0);
}

function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const children = readIfThere(`/proc/${pid}/task/${thread}/children`).trim();
    return children === '' ? [] : children.split(' ').map(Number);
  });
}

/** Threads may end while they are looked at. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
