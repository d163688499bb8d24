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
  bootHart: usize;
  embeddedGuest: usize;
  emergencyStackTop: usize;
}

declare function link_table(): usize;

export function linkTable(): LinkTable {
  return changetype<LinkTable>(link_table());
}
