/** External interrupts of the host, which come while a guest runs or the hart waits: from the source to its driver. */
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { allocate } from '../memory/heap.ts';
import { claimSource, completeSource, enableSource } from './plic.ts';

/** What serves the interrupt of a device. */
export type ServeInterrupt = (device: usize) => void;

class Handler {
  source: u32;
  device: usize;
  serve: ServeInterrupt;
  next: Handler | null;
}

let first: Handler | null = null;

/** From now on the source's interrupts go to `serve`. */
export function handleSource(source: u32, device: usize, serve: ServeInterrupt): void {
  const handler = changetype<Handler>(allocate(offsetof<Handler>()));
  handler.source = source;
  handler.device = device;
  handler.serve = serve;
  handler.next = first;
  first = handler;
  enableSource(source);
}

/** Serves everything that is pending. */
export function serveHostInterrupts(): void {
  lockDevices();
  for (let source = claimSource(); source != 0; source = claimSource()) {
    let handler = first;
    while (handler) {
      if (handler.source == source) handler.serve(handler.device);
      handler = handler.next;
    }
    completeSource(source);
  }
  unlockDevices();
}
