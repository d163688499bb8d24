/** A guest in TypeScript. It runs in VS-mode; what it prints goes through the hypervisor, by SBI calls. */
import { print, printDecimal, printHex } from 'typevisor/guests/console';

/** `hart`: the virtual hart that runs this. `dtb`: address of the device tree that describes the guest's own machine. */
export function main(hart: u64, dtb: usize): void {
  print('Hello from hart ');
  printDecimal(hart);
  print(', the device tree is at ');
  printHex(dtb);
  print('\n');
}
