/** What a guest program that uses several harts imports: `import { startHart } from 'typevisor/guests/harts'`. */
export { acquire, release, tryAcquire } from '../lib/lock.ts';
export { isStopped, startHart } from './runtime.ts';
