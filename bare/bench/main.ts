// Kernels that measure the compiler: each prints its instructions, to be compared with kernels.c.
import { csrr_minstret } from '../rv/csr.ts';
import { BUFFER_SIZE, buffer, crc, fillBuffer, fnv, makeCrcTable } from './hash.ts';
import { mapMany, PageTable, walkMany } from './page-table.ts';
import { report } from './report.ts';

export { abort, wasm_trap } from './report.ts';

const table = new PageTable();

export function run(): void {
  fillBuffer();
  makeCrcTable();

  let start = csrr_minstret();
  const hash = fnv(buffer, BUFFER_SIZE);
  report('fnv', csrr_minstret() - start, hash);

  start = csrr_minstret();
  const check = crc(buffer, BUFFER_SIZE);
  report('crc', csrr_minstret() - start, check);

  table.create();
  start = csrr_minstret();
  mapMany(table);
  report('map', csrr_minstret() - start, 0);

  start = csrr_minstret();
  const sum = walkMany(table);
  report('walk', csrr_minstret() - start, sum);
}
