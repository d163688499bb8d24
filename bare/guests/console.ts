/** What a guest program in TypeScript imports: `import { print } from 'typevisor/guests/console'`. */
export { print, printCString, printDecimal, printHex, printHexDigits } from '../lib/print.ts';
export { readByte, shutDown } from './runtime.ts';
