/** What the GDB stub debugs: a machine of any kind whose threads stop and go on together. */

/** `hardware` is a breakpoint that changes no memory. */
export type BreakpointKind = 'breakpoint' | 'hardware' | 'write' | 'read' | 'access';

/** Why the target has stopped. Numbers of threads count from 1. */
export type Stop =
  | { readonly kind: 'trap'; readonly thread: number }
  | { readonly kind: 'interrupt'; readonly thread: number }
  /** It cannot go on, but can be looked into. */
  | { readonly kind: 'fault'; readonly thread: number }
  | {
      readonly kind: 'watch';
      readonly thread: number;
      readonly access: 'write' | 'read' | 'access';
      readonly address: bigint;
    }
  /** It is over, with this exit code, and nothing goes on any more. */
  | { readonly kind: 'exited'; readonly code: number };

/** Errors are answers (undefined, false), not exceptions: the debugger's user may ask for anything. */
export interface DebugTarget {
  /** The target description (GDB manual, appendix G), which numbers the registers. */
  readonly description: string;
  /** Registers 0 up to this number answer `g`; the debugger asks for others one by one. */
  readonly generalRegisters: number;
  /** Numbers of the threads, from 1. */
  readonly threads: readonly number[];
  /** One line about a thread. */
  threadInfo(thread: number): string;
  /** In the target's byte order; undefined if there is no such register. */
  readRegister(thread: number, register: number): Uint8Array | undefined;
  writeRegister(thread: number, register: number, value: Uint8Array): boolean;
  /** As many bytes as can be read from `address` on; undefined if none. */
  readMemory(thread: number, address: bigint, length: number): Uint8Array | undefined;
  writeMemory(thread: number, address: bigint, bytes: Uint8Array): boolean;
  /** Whether addresses are physical instead of virtual. */
  physicalAddresses: boolean;
  insert(kind: BreakpointKind, address: bigint, length: number): boolean;
  remove(kind: BreakpointKind, address: bigint, length: number): boolean;
  /** Executes one instruction of one thread; `onStop` is told, at once or later. */
  step(thread: number): void;
  /** Lets all threads run; `onStop` is told when they stop. */
  resume(): void;
  /** Stops them soon. */
  interrupt(): void;
  /** Removes all breakpoints and lets the target run on by itself. */
  detach(): void;
  /** Ends the target. */
  kill(): void;
  /** Answers the debugger's `monitor` command with text. */
  monitor(command: string): string;
}

/** One that a debugger may come to at any time. */
export interface AttachableTarget extends DebugTarget {
  /** A debugger has come, and is told of stops from now on; resolves when the target has stopped. */
  attach(onStop: (stop: Stop) => void): Promise<void>;
  /** Keeps the target from running until `resume`. */
  hold(): void;
}
