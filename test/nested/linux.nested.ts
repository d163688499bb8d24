/** Debian's cloud kernel, unmodified, by the command (node:test). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

/** Runs the command, and types each answer when its prompt has been printed. */
function typevisor(args: readonly string[], dialogue: readonly (readonly [prompt: string, answer: string])[]) {
  const child = spawn(process.execPath, ['bin/typevisor.cjs', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    let stdout = '';
    let stderr = '';
    let seen = 0;
    const waiting = [...dialogue];
    child.stdout.on('data', (bytes: Uint8Array) => {
      stdout += String(bytes);
      const [next] = waiting;
      const at = next === undefined ? -1 : stdout.indexOf(next[0], seen);
      if (next === undefined || at < 0) return;
      seen = stdout.length;
      waiting.shift();
      child.stdin.write(next[1]);
    });
    child.stderr.on('data', (bytes: Uint8Array) => {
      stderr += String(bytes);
    });
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

const kernel = ['run', 'vmlinuz', '--initrd', 'guest.cpio', '--memory', '256M', '--timeout', '600'];
const append = ['--append', 'console=ttyS0 quiet panic=-1 mitigations=off'];

for (const cpus of [1, 2]) {
  test(`to a shell with ${cpus} CPUs, and off`, async () => {
    const began = performance.now();
    const { exitCode, stdout, stderr } = await typevisor(
      [...kernel, ...append, '--vcpus', String(cpus)],
      [['/ # ', 'uname -r; poweroff -f\n']],
    );
    console.log(`# ${cpus} CPUs: ${((performance.now() - began) / 1000).toFixed(1)} s from the command to its end`);
    assert.equal(stderr, '');
    assert.match(stdout, new RegExp(`guest is up with ${cpus} CPUs`));
    assert.match(stdout, /cloud-amd64/);
    assert.equal(exitCode, 0);
  });
}
