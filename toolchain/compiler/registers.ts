/**
 * Register allocation by graph colouring (Briggs, Cooper and Torczon, Improvements to Graph Coloring Register Allocation, 1994):
 * moves are coalesced, registers with few neighbours are put aside, the rest gets what is free, and what finds none is spilled.
 */
import { Interference } from './interference.ts';
import { analyseLiveness } from './liveness.ts';
import {
  CALLEE_SAVED,
  CALLER_SAVED,
  CONSTANT,
  FIRST_VIRTUAL,
  isVirtual,
  type MachineFunction,
  maskOf,
  SP,
  STACK_ARGUMENT,
} from './machine.ts';
import { spill } from './spill.ts';

const ALL = maskOf([...CALLER_SAVED, ...CALLEE_SAVED]);
const CALLEE_MASK = maskOf(CALLEE_SAVED);

/** Replaces every virtual register of the function by a physical one. */
export function allocateRegisters(machine: MachineFunction): void {
  for (;;) {
    analyseLiveness(machine);
    const colouring = new Colouring(machine);
    const spilled = colouring.run();
    if (spilled.size === 0) {
      colouring.apply();
      return;
    }
    spill(machine, spilled);
  }
}

class Colouring {
  private readonly machine: MachineFunction;
  private readonly graph: Interference;
  /** By virtual register: the one it was merged with. */
  private readonly merged: Int32Array;
  private readonly colours: Int32Array;
  /** Physical registers that save a move, and virtual ones whose choice would. */
  private readonly wishes: number[][] = [];

  constructor(machine: MachineFunction) {
    this.machine = machine;
    this.graph = new Interference(machine);
    this.merged = Int32Array.from({ length: machine.registerCount }, (_, i) => i);
    this.colours = new Int32Array(machine.registerCount).fill(-1);
  }

  /** Returns the registers that found no place, by their names in the code. */
  run(): Set<number> {
    this.coalesce();
    this.collectWishes();
    const spilled = new Set<number>();
    let usedCallee = 0;
    for (const register of this.order()) {
      const colour = this.choose(register, usedCallee);
      this.colours[register] = colour;
      if (colour < 0) spilled.add(register);
      else usedCallee |= (1 << colour) & CALLEE_MASK;
    }
    const names = new Set<number>();
    if (spilled.size === 0) return names;
    for (let i = FIRST_VIRTUAL; i < this.merged.length; i++) if (spilled.has(this.find(i))) names.add(i);
    return names;
  }

  /** Puts the colours into the code and drops moves that do nothing. */
  apply(): void {
    const physical = (register: number): number =>
      isVirtual(register) ? this.colours[this.find(register)]! : register;
    for (const block of this.machine.blocks) {
      for (const instruction of block.instructions) {
        instruction.destination = physical(instruction.destination);
        instruction.sources = instruction.sources.map(physical);
        for (const list of [instruction.moves, instruction.results]) {
          for (const m of list) {
            m.to = physical(m.to);
            m.from = physical(m.from);
          }
        }
        instruction.moves = instruction.moves.filter(({ to, from }) => to !== from);
        instruction.results = instruction.results.filter(({ to, from }) => to !== from && to >= 0);
      }
    }
  }

  private find(register: number): number {
    let root = register;
    while (this.merged[root] !== root) root = this.merged[root]!;
    this.merged[register] = root;
    return root;
  }

  /** Gives source and destination of moves one name where nothing speaks against it, in inner loops first. */
  private coalesce(): void {
    const moves: { a: number; b: number; depth: number; split: boolean }[] = [];
    for (const block of this.machine.blocks) {
      for (const instruction of block.instructions) {
        const split = instruction.operation === 'split';
        for (const { to, from } of instruction.moves) {
          if (isVirtual(to) && isVirtual(from))
            moves.push({ a: to, b: from, depth: block.cold ? -1 : block.loopDepth, split });
        }
      }
    }
    moves.sort((x, y) => y.depth - x.depth);
    for (const { a, b, split } of moves) {
      const [x, y] = [this.find(a), this.find(b)];
      // Splitting was for calls that only one of them is live across.
      if (split && this.graph.forbidden[x] !== this.graph.forbidden[y]) continue;
      if (x === y || this.graph.between(x, y) || !this.worthMerging(x, y)) continue;
      this.graph.merge(x, y);
      this.merged[y] = x;
    }
  }

  /** A register that calls leave alone has to remain for both. */
  private worthMerging(a: number, b: number): boolean {
    return (ALL & ~(this.graph.forbidden[a]! | this.graph.forbidden[b]!)) !== 0;
  }

  private collectWishes(): void {
    const wish = (register: number, other: number): void => {
      if (!isVirtual(register)) return;
      const root = this.find(register);
      const list = this.wishes[root];
      const target = isVirtual(other) ? this.find(other) : other;
      if (list === undefined) this.wishes[root] = [target];
      else list.push(target);
    };
    for (const block of this.machine.blocks) {
      for (const { moves, results } of block.instructions) {
        for (const { to, from } of [...moves, ...results]) {
          if (from === CONSTANT || from >= STACK_ARGUMENT || to >= STACK_ARGUMENT) continue;
          wish(from, to);
          wish(to, from);
        }
      }
    }
    // Two-operand forms have short encodings, but saving a move is better.
    for (const block of this.machine.blocks) {
      for (const { destination, sources } of block.instructions) {
        if (isVirtual(destination) && sources[0] !== undefined && isVirtual(sources[0])) wish(destination, sources[0]);
      }
    }
  }

  /** From the last put aside to the first: those hard to place, and those that cost most, choose first. */
  private order(): number[] {
    const degree = new Map<number, number>();
    const alive = new Set<number>();
    for (let i = FIRST_VIRTUAL; i < this.merged.length; i++) {
      if (this.find(i) !== i || this.graph.weight[i] === 0) continue;
      alive.add(i);
      degree.set(i, this.graph.of(i).size);
    }
    const available = (register: number): number => bitCount(ALL & ~this.graph.forbidden[register]!);
    const easy: number[] = [...alive].filter((i) => degree.get(i)! < available(i)).sort((a, b) => this.byWeight(a, b));
    const aside: number[] = [];
    const putAside = (register: number): void => {
      alive.delete(register);
      aside.push(register);
      for (const neighbour of this.graph.of(register)) {
        if (!alive.has(neighbour)) continue;
        const left = degree.get(neighbour)! - 1;
        degree.set(neighbour, left);
        if (left === available(neighbour) - 1) easy.push(neighbour);
      }
    };
    while (alive.size > 0) {
      const next = easy.pop();
      if (next !== undefined) {
        if (alive.has(next)) putAside(next);
        continue;
      }
      let cheapest = -1;
      let cost = Number.POSITIVE_INFINITY;
      for (const register of alive) {
        const each = this.graph.weight[register]! / (degree.get(register)! + 1);
        if (each < cost) [cheapest, cost] = [register, each];
      }
      putAside(cheapest);
    }
    return aside.reverse();
  }

  /** Heavy ones last, for `pop` takes from the end and what is put aside first chooses last. */
  private byWeight(a: number, b: number): number {
    return this.graph.weight[b]! - this.graph.weight[a]!;
  }

  private choose(register: number, usedCallee: number): number {
    let free = ALL & ~this.graph.forbidden[register]!;
    for (const neighbour of this.graph.of(register)) {
      const colour = this.colours[neighbour]!;
      if (colour >= 0) free &= ~(1 << colour);
    }
    if (free === 0) return -1;
    for (const wish of this.wishes[register] ?? []) {
      const colour = isVirtual(wish) ? this.colours[wish]! : wish;
      if (colour > SP && ((free >>> colour) & 1) === 1 && isCheap(colour, usedCallee)) return colour;
    }
    // What a neighbour still hopes for is left to it if possible.
    const unwanted = free & ~this.wishesOfNeighbours(register);
    for (const colour of CALLER_SAVED) if ((unwanted >>> colour) & 1) return colour;
    // Compressed instructions reach x8 to x15; a saved register that is in use already costs nothing more.
    for (const colour of CALLER_SAVED) if ((free >>> colour) & 1) return colour;
    for (const colour of CALLEE_SAVED) if (((free & usedCallee) >>> colour) & 1) return colour;
    for (const colour of CALLEE_SAVED) if ((free >>> colour) & 1) return colour;
    return -1;
  }

  /** Mask of the physical registers that would save moves of neighbours without a colour. */
  private wishesOfNeighbours(register: number): number {
    let mask = 0;
    for (const neighbour of this.graph.of(register)) {
      if (this.colours[neighbour]! >= 0) continue;
      for (const wish of this.wishes[neighbour] ?? []) {
        const colour = isVirtual(wish) ? this.colours[wish]! : wish;
        if (colour > SP) mask |= 1 << colour;
      }
    }
    return mask;
  }
}

function isCheap(colour: number, usedCallee: number): boolean {
  return ((CALLEE_MASK & ~usedCallee) >>> colour) % 2 === 0;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let bits = mask; bits !== 0; bits &= bits - 1) count++;
  return count;
}
