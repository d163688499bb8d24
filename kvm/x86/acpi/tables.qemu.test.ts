/** The DSDT as ACPI's own disassembler reads it (Debian: acpica-tools). */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { TemporaryFolder } from '../../../cli/files.ts';
import { acpiTables } from './tables.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** The table with a signature, out of all. */
function table(signature: string): Uint8Array {
  const slots = Array.from({ length: 8 }, (_, index) => ({ address: 0xd000_0000 + index * 4096, irq: 16 + index }));
  const all = Buffer.from(acpiTables({ address: 0, vcpus: 8, virtio: slots }));
  const at = all.indexOf(signature);
  return all.subarray(at, at + all.readUInt32LE(at + 4));
}

function disassemble(signature: string): string {
  const file = folder.write(`${signature}.aml`, table(signature));
  const { stdout, stderr } = spawnSync('iasl', ['-d', file], { encoding: 'utf8' });
  expect(stdout + stderr).not.toMatch(/error|warning/i);
  return readFileSync(folder.pathOf(`${signature}.dsl`), 'utf8');
}

test('DSDT', () => {
  const source = disassemble('DSDT');
  expect(source).toContain('Name (_HID, EisaId ("PNP0501")');
  expect(source).toMatch(/IO \(Decode16,\s*0x03F8,[^)]*0x03F8,/);
  expect(source).toMatch(/IRQNoFlags \(\)\s*\{4\}/);
  expect(source.match(/Name \(_HID, "LNRO0005"\)/g)).toHaveLength(8);
  expect(source).toMatch(/Memory32Fixed \(ReadWrite,\s*0xD0007000,[^)]*0x00001000,/);
  expect(source).toMatch(/Interrupt \(ResourceConsumer, Level, ActiveHigh, Exclusive, ,, \)\s*\{\s*0x00000017,/);
  expect(source).toMatch(/Name \(\\_S5, Package \(0x04\)/);
});

test.each(['FACP', 'APIC'])('%s', (signature) => {
  expect(disassemble(signature)).toContain(`Signature : "${signature}"`);
});
