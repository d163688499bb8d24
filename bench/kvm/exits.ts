/** A guest that writes to a port for ever, run by `Vcpu.run`: nanoseconds for each exit. The same as exits.c. */
import { enterRealMode, GuestMemory, Vm } from '../../kvm/index.ts';

const rounds = Number(process.argv[2]);
const vm = new Vm();
const memory = new GuestMemory([{ address: 0, size: 0x1_0000 }]);
// mov dx, 0x3f8; 1: out dx, al; jmp 1b
memory.write(0x1000, Uint8Array.of(0xba, 0xf8, 0x03, 0xee, 0xeb, 0xfd));
vm.mapMemory(memory);
const vcpu = vm.createVcpu();
enterRealMode(vcpu, 0x1000);

let sum = 0;
function measure(): number {
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    const exit = vcpu.run();
    if (exit.reason !== 'IO') throw new Error(exit.reason);
    sum += exit.port + exit.data[0]!;
  }
  return ((performance.now() - began) * 1e6) / rounds;
}

measure();
console.log(measure().toFixed(1));
if (sum === 0) process.exitCode = 1;
