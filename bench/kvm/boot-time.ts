/** Milliseconds from starting a command to a text in its output; then waits for its end. */
import { spawn } from 'node:child_process';

const [marker, command, ...args] = process.argv.slice(2);
const began = performance.now();
const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
let found = false;
child.stdout.on('data', (bytes: Uint8Array) => {
  output += String(bytes);
  if (found || !output.includes(marker!)) return;
  found = true;
  console.log((performance.now() - began).toFixed(0));
});
child.on('close', (code) => {
  if (!found) console.log(`failed with ${code}: ${output.slice(-300)}`);
});
