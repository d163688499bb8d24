/** The tables of the API against the headers of this host (Debian: gcc, linux-libc-dev): numbers, sizes and offsets. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import * as generic from './api.ts';
import type { Fields, Struct } from './struct.ts';
import * as x86 from './x86/api.ts';
import { systemCalls } from './x86/system-calls.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const asStructs = (table: object) => Object.entries(table as Readonly<Record<string, Struct<Fields>>>);

/** C expressions and what we have for them. */
const expected = new Map<string, number>();

for (const table of [
  generic.ioctls,
  x86.ioctls,
  generic.capabilities,
  x86.capabilities,
  generic.exitReasons,
  constantsOf(generic),
  constantsOf(x86),
]) {
  for (const [name, value] of Object.entries(table)) expected.set(name, value);
}

for (const [name, number] of Object.entries(systemCalls.numbers)) expected.set(`SYS_${name}`, number);
expected.set('AUDIT_ARCH_X86_64', systemCalls.architecture);

/** Structures whose inside is nobody's but KVM's are held to their sizes. */
const OPAQUE = /^(state|chip|region)$/;
for (const [name, { size, offsets }] of [...asStructs(generic.structs), ...asStructs(x86.structs)]) {
  expected.set(`sizeof(struct ${name})`, size);
  for (const [field, offset] of Object.entries(offsets)) {
    if (!OPAQUE.test(field)) expected.set(`offsetof(struct ${name}, ${field})`, offset);
  }
}

for (const [field, offset] of Object.entries(generic.kvm_run.offsets)) {
  expected.set(`offsetof(struct kvm_run, ${field})`, offset);
}
for (const [member, { offsets }] of asStructs(generic.kvm_run_exits)) {
  for (const [field, offset] of Object.entries(offsets)) {
    expected.set(`offsetof(struct kvm_run, ${member}.${field})`, generic.kvm_run.size + offset);
  }
}

/** The exported numbers of a module. */
function constantsOf(module: object): Record<string, number> {
  return Object.fromEntries(Object.entries(module).filter((entry) => typeof entry[1] === 'number'));
}

let found: Map<string, number>;

beforeAll(() => {
  const prints = [...expected.keys()].map((each) => `printf("%s=%lu\\n", "${each}", (unsigned long)(${each}));`);
  const headers = ['stddef.h', 'stdio.h', 'sys/syscall.h', 'linux/audit.h', 'linux/kvm.h'];
  const source = [...headers.map((header) => `#include <${header}>`), 'int main(void) {', ...prints];
  const file = folder.write('probe.c', Buffer.from(`${source.join('\n')}\nreturn 0; }\n`));
  const compiler = spawnSync('gcc', ['-o', folder.pathOf('probe'), file], { encoding: 'utf8' });
  expect(compiler.stderr).toBe('');
  const { stdout } = spawnSync(folder.pathOf('probe'), { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  found = new Map(lines.map((line) => line.split('=') as [string, string]).map(([each, value]) => [each, +value]));
});

test.each([...expected])('%s is %d', (expression, value) => {
  expect(found.get(expression)).toBe(value);
});
