/**
 * External interrupts of the host, which come while a guest runs or the hart waits: from the source to its driver.
 *
 * A device interrupts the hart that has asked it for something last: there the guest runs that waits for the answer, or the hart is
 * idle because that guest waits. So no other guest is disturbed, and no other hart has to be kicked.
 */
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { currentHart, Hart } from '../harts/hart.ts';
import { allocate } from '../memory/heap.ts';
import { claimSource, completeSource, enableSource, hasContext, moveSourceHere } from './plic.ts';

/** What serves the interrupt of a device. */
export type ServeInterrupt = (device: usize) => void;

export class Handler {
  source: u32;
  /** Where it interrupts. */
  hart: Hart;
  device: usize;
  serve: ServeInterrupt;
  next: Handler | null;
}

let first: Handler | null = null;

/** From now on the source's interrupts go to `serve`. */
export function handleSource(source: u32, device: usize, serve: ServeInterrupt): Handler {
  const handler = changetype<Handler>(allocate(offsetof<Handler>()));
  handler.source = source;
  handler.device = device;
  handler.serve = serve;
  handler.next = first;
  first = handler;
  handler.hart = currentHart();
  enableSource(source, handler.hart);
  return handler;
}

/** The device is about to be asked for something by this hart. Under the devices' lock, so that nobody is serving the source. */
export function interruptHere(handler: Handler): void {
  const hart = currentHart();
  if (handler.hart === hart || !hasContext(hart)) return;
  moveSourceHere(handler.source, handler.hart);
  handler.hart = hart;
}

/** Serves everything that is pending. */
export function serveHostInterrupts(): void {
  if (!hasContext(currentHart())) return;
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
