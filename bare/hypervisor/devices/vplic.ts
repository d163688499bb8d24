/**
 * The platform-level interrupt controller that a guest has: RISC-V PLIC Specification 1.0.0, with level-triggered sources and one
 * context, S-mode, for each vCPU. Registers are 32 bits wide; those that nobody implements read zero and ignore writes.
 *
 * 0x000000  priority of source n at 4 * n
 * 0x001000  pending bits, 32 sources a word
 * 0x002000  enable bits, 0x80 bytes a context
 * 0x200000  threshold of a context, 0x1000 bytes a context; claim/complete follows it
 */
import { PLIC_SOURCES } from '../guest/guest-board.ts';
import { allocate, free } from '../memory/heap.ts';

const PENDING_BASE: u32 = 0x1000;
const ENABLE_BASE: u32 = 0x2000;
const ENABLE_SHIFT: u32 = 7;
const CONTEXT_BASE: u32 = 0x20_0000;
const CONTEXT_SHIFT: u32 = 12;
const THRESHOLD: u32 = 0;
const CLAIM_COMPLETE: u32 = 4;
/** Priorities and thresholds are WARL, three bits wide. */
const PRIORITY_MASK: u32 = 7;
const WORDS: u32 = (PLIC_SOURCES + 32) >> 5;

/** The wire to a context's external interrupt: called when its level changes. */
export type NotifyContext = (owner: usize, context: u32, level: bool) => void;

/** Sets of sources, a bit each. */
class Sources {
  word0: u32;
  word1: u32;
  word2: u32;
}
const SET_SIZE: usize = offsetof<Sources>();

export class VirtualPlic {
  contexts: u32;
  /** Given to `notify`. */
  owner: usize;
  notify: NotifyContext;
}

// Behind the fields: sets of sources, priorities by source, contexts.
const PENDING: usize = offsetof<VirtualPlic>();
/** Wires of the sources. They belong to the devices, so reset leaves them alone. */
const WIRES: usize = PENDING + SET_SIZE;
/** Claimed and not completed: the gateway lets no further request through (section "Interrupt Gateways"). */
const ACTIVE: usize = WIRES + SET_SIZE;
const PRIORITIES: usize = ACTIVE + SET_SIZE;
const CONTEXTS: usize = (PRIORITIES + PLIC_SOURCES + 1 + 7) & ~(<usize>7);

class Context {
  enabled0: u32;
  enabled1: u32;
  enabled2: u32;
  threshold: u32;
  level: u32;
}
const CONTEXT_SIZE: usize = offsetof<Context>();

function sizeOf(contexts: u32): usize {
  return CONTEXTS + contexts * CONTEXT_SIZE;
}

/** A controller after reset, all wires low. */
export function createPlic(contexts: u32, owner: usize, notify: NotifyContext): VirtualPlic {
  const plic = changetype<VirtualPlic>(allocate(sizeOf(contexts)));
  plic.contexts = contexts;
  plic.owner = owner;
  plic.notify = notify;
  return plic;
}

export function freePlic(plic: VirtualPlic): void {
  free(changetype<usize>(plic), sizeOf(plic.contexts));
}

export function resetPlic(plic: VirtualPlic): void {
  const base = changetype<usize>(plic);
  memory.fill(base + PENDING, 0, SET_SIZE);
  memory.fill(base + ACTIVE, 0, SET_SIZE);
  memory.fill(base + PRIORITIES, 0, PLIC_SOURCES + 1);
  for (let context: u32 = 0; context < plic.contexts; context++) {
    memory.fill(contextAt(plic, context), 0, offsetof<Context>('level'));
  }
  for (let source: u32 = 1; source <= PLIC_SOURCES; source++) passGateway(plic, source);
  update(plic);
}

/** Drives the wire of a source, 1 to PLIC_SOURCES. A request that has passed the gateway stays pending when the wire falls. */
export function setSource(plic: VirtualPlic, source: u32, level: bool): void {
  const wires = changetype<usize>(plic) + WIRES;
  if (hasBit(wires, source) == level) return;
  setBit(wires, source, level);
  passGateway(plic, source);
  update(plic);
}

// ---- Registers

export function readPlic(device: usize, offset: u32, _width: u32): u64 {
  const plic = changetype<VirtualPlic>(device);
  if (offset < PENDING_BASE) return isSource(offset >> 2) ? priorityOf(plic, offset >> 2) : 0;
  if (offset < ENABLE_BASE) return wordOf(device + PENDING, (offset - PENDING_BASE) >> 2);
  if (offset < CONTEXT_BASE) {
    const context = (offset - ENABLE_BASE) >> ENABLE_SHIFT;
    return context < plic.contexts ? wordOf(contextAt(plic, context), enableWord(offset)) : 0;
  }
  const context = (offset - CONTEXT_BASE) >> CONTEXT_SHIFT;
  if (context >= plic.contexts) return 0;
  const register = contextRegister(offset);
  if (register == THRESHOLD) return changetype<Context>(contextAt(plic, context)).threshold;
  return register == CLAIM_COMPLETE ? claim(plic, context) : 0;
}

export function writePlic(device: usize, offset: u32, _width: u32, value: u64): void {
  const plic = changetype<VirtualPlic>(device);
  const bits = <u32>value;
  if (offset < PENDING_BASE) {
    if (isSource(offset >> 2)) store<u8>(device + (offset >> 2), <u8>(bits & PRIORITY_MASK), PRIORITIES);
  } else if (offset >= CONTEXT_BASE) {
    writeContext(plic, offset, bits);
  } else if (offset >= ENABLE_BASE) {
    writeEnable(plic, offset, bits);
  }
  update(plic);
}

/** Source 0 does not exist, nor do those above the last: their bits are hardwired to zero (section "Interrupt Enables"). */
function writeEnable(plic: VirtualPlic, offset: u32, bits: u32): void {
  const context = (offset - ENABLE_BASE) >> ENABLE_SHIFT;
  const word = enableWord(offset);
  if (context >= plic.contexts || word >= WORDS) return;
  store<u32>(contextAt(plic, context) + ((<usize>word) << 2), word == 0 ? bits & ~1 : bits);
}

function writeContext(plic: VirtualPlic, offset: u32, bits: u32): void {
  const context = (offset - CONTEXT_BASE) >> CONTEXT_SHIFT;
  if (context >= plic.contexts) return;
  const register = contextRegister(offset);
  if (register == THRESHOLD) changetype<Context>(contextAt(plic, context)).threshold = bits & PRIORITY_MASK;
  else if (register == CLAIM_COMPLETE) complete(plic, context, bits);
}

function enableWord(offset: u32): u32 {
  return ((offset - ENABLE_BASE) & ((1 << ENABLE_SHIFT) - 1)) >> 2;
}

function contextRegister(offset: u32): u32 {
  return offset & ((1 << CONTEXT_SHIFT) - 1);
}

// ---- Requests

/** The best request, or 0. The threshold does not matter here (section "Interrupt Claim Process"). */
function claim(plic: VirtualPlic, context: u32): u32 {
  const source = nextPending(plic, context, 0);
  if (source) {
    setBit(changetype<usize>(plic) + PENDING, source, false);
    setBit(changetype<usize>(plic) + ACTIVE, source, true);
    update(plic);
  }
  return source;
}

/** Ignored for a source that this context has not enabled (section "Interrupt Completion"). */
function complete(plic: VirtualPlic, context: u32, source: u32): void {
  if (!isSource(source) || !isEnabled(plic, context, source)) return;
  setBit(changetype<usize>(plic) + ACTIVE, source, false);
  passGateway(plic, source);
}

/** Forwards a high wire as one request, unless an earlier one is still being served. */
function passGateway(plic: VirtualPlic, source: u32): void {
  const base = changetype<usize>(plic);
  if (hasBit(base + WIRES, source) && !isActive(plic, source)) setBit(base + PENDING, source, true);
}

/** The pending and enabled source of the highest priority above `threshold`, the lowest number of equals; 0 for none. */
function nextPending(plic: VirtualPlic, context: u32, threshold: u32): u32 {
  const enabled = contextAt(plic, context);
  let best: u32 = 0;
  let bestPriority = threshold;
  for (let word: u32 = 0; word < WORDS; word++) {
    let requests = wordOf(changetype<usize>(plic) + PENDING, word) & wordOf(enabled, word);
    while (requests) {
      const source = (word << 5) + ctz(requests);
      const priority = priorityOf(plic, source);
      if (priority > bestPriority) {
        best = source;
        bestPriority = priority;
      }
      requests &= requests - 1;
    }
  }
  return best;
}

function update(plic: VirtualPlic): void {
  for (let index: u32 = 0; index < plic.contexts; index++) {
    const context = changetype<Context>(contextAt(plic, index));
    const level: u32 = nextPending(plic, index, context.threshold) ? 1 : 0;
    if (level == context.level) continue;
    context.level = level;
    plic.notify(plic.owner, index, level != 0);
  }
}

function isSource(number: u32): bool {
  return number - 1 < PLIC_SOURCES;
}

function isEnabled(plic: VirtualPlic, context: u32, source: u32): bool {
  return hasBit(contextAt(plic, context), source);
}

function isActive(plic: VirtualPlic, source: u32): bool {
  return hasBit(changetype<usize>(plic) + ACTIVE, source);
}

function priorityOf(plic: VirtualPlic, source: u32): u32 {
  return load<u8>(changetype<usize>(plic) + source, PRIORITIES);
}

/** A context begins with the set of sources that it has enabled. */
function contextAt(plic: VirtualPlic, context: u32): usize {
  return changetype<usize>(plic) + CONTEXTS + context * CONTEXT_SIZE;
}

function wordOf(set: usize, word: u32): u32 {
  return word < WORDS ? load<u32>(set + ((<usize>word) << 2)) : 0;
}

function hasBit(set: usize, source: u32): bool {
  return ((load<u32>(set + ((<usize>(source >> 5)) << 2)) >> (source & 31)) & 1) != 0;
}

function setBit(set: usize, source: u32, level: bool): void {
  const word = set + ((<usize>(source >> 5)) << 2);
  const bit = (<u32>1) << (source & 31);
  store<u32>(word, level ? load<u32>(word) | bit : load<u32>(word) & ~bit);
}
