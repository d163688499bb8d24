/** Addresses that only the linker knows: the table at the end of boot.S. */
export class LinkTable {
  textStart: usize;
  textEnd: usize;
  rodataStart: usize;
  rodataEnd: usize;
  /** Data, heap, .bss and stacks. */
  dataStart: usize;
  imageEnd: usize;
  /** Of hart 0's stack; the page below is its guard. */
  stackBottom: usize;
  stackTop: usize;
  /** From one hart's stack to the next. */
  stackStride: usize;
  /** The harts' structures, one behind the other; the first belongs to the hart that boots. */
  harts: usize;
  embeddedGuest: usize;
  /** Where other harts start: SBI 3.0, "Hart State Management", with the hart's structure in a1. */
  startHart: usize;
}

declare function link_table(): usize;

export function linkTable(): LinkTable {
  return changetype<LinkTable>(link_table());
}
