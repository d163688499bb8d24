/** Where the hypervisor was, and who called: the lines below a panic. */
import { Frame, printPlace, toCaller } from '../../lib/backtrace.ts';
import { print } from '../../lib/print.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { currentHart } from '../harts/hart.ts';
import { linkTable } from '../link-table.ts';

const PAGE_SIZE: usize = 4096;
/** Enough for any chain that is not a recursion gone wrong. */
const MOST_FRAMES: u32 = 32;
const frameMemory = new StaticArray<u8>(offsetof<Frame>());

/**
 * Prints a line for the function at `pc`, whose stack pointer is `sp`, and one for each caller. `called`: `pc` is behind a call;
 * otherwise it is the instruction that trapped, and `ra` the register at that time.
 */
export function printCallStack(pc: u64, sp: usize, ra: u64, called: bool): void {
  const frame = changetype<Frame>(changetype<usize>(frameMemory));
  frame.pc = pc;
  frame.sp = sp;
  frame.ra = ra;
  frame.called = called;
  const top = currentHart().stackTop;
  const bottom = top - linkTable().stackStride + PAGE_SIZE;
  for (let count: u32 = 0; count < MOST_FRAMES; count++) {
    beginMessage();
    print('  at ');
    printPlace(frame.pc, frame.called);
    endMessage();
    if (!toCaller(frame, bottom, top)) return;
  }
}
