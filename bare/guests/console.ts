/** What a guest program in TypeScript imports: `import { print } from 'typevisor/guests/console'`. */
export { print, printCString, printDecimal, printHex, printHexDigits } from '../lib/print.ts';
export { console_write_byte as printByte, readByte, shutDown } from './runtime.ts';
