import { integerRegisterByName } from '../../isa/registers.ts';
import type { Context } from './context.ts';
import type { Directive } from './data-directives.ts';
import type { Tokens } from './lexer.ts';
import { StatementError } from './source-error.ts';

/**
 * Call frame information (DWARF 4, 6.4), as far as a FrameRow can tell it: the frame's size as an offset from sp, and
 * where the return address is. What concerns other registers is read and left out.
 */
interface FrameState {
  frameSize: number;
  returnAddress: number | 'ra';
}

const RA = 1;
const SP = 2;
const states = new WeakMap<Context, { now: FrameState; remembered: FrameState[] }>();

function stateOf(context: Context, name: string): { now: FrameState; remembered: FrameState[] } {
  const state = states.get(context);
  if (!state) throw new StatementError(`${name} stands outside .cfi_startproc and .cfi_endproc`);
  return state;
}

/** Notes a change of the frame at this place. */
function change(context: Context, name: string, next: Partial<FrameState>): void {
  const state = stateOf(context, name);
  state.now = { ...state.now, ...next };
  context.current.frames.push({ ...context.current.here(), ...state.now });
}

function register(tokens: Tokens, context: Context): number {
  const token = tokens.peek();
  const number = token.kind === 'name' ? integerRegisterByName.get(token.text) : undefined;
  if (number === undefined) return context.numberIn(tokens, 'the register', 0, 8191);
  tokens.next();
  return number;
}

const offset = (tokens: Tokens, context: Context): number => Number(context.number(tokens, 'the offset'));

const start: Directive = (tokens, context) => {
  tokens.rest();
  if (states.has(context)) throw new StatementError('.cfi_startproc before the .cfi_endproc of the one before');
  states.set(context, { now: { frameSize: 0, returnAddress: 'ra' }, remembered: [] });
  change(context, '.cfi_startproc', {});
};

const end: Directive = (_tokens, context, name) => {
  stateOf(context, name);
  states.delete(context);
};

/** Slots are given relative to the caller's sp; a FrameRow counts from the callee's. */
const saved: Directive = (tokens, context, name) => {
  const number = register(tokens, context);
  tokens.expect(',');
  const place = offset(tokens, context);
  const { now } = stateOf(context, name);
  if (number === RA) change(context, name, { returnAddress: now.frameSize + place });
};

const savedAtSp: Directive = (tokens, context, name) => {
  const number = register(tokens, context);
  tokens.expect(',');
  const returnAddress = offset(tokens, context);
  if (number === RA) change(context, name, { returnAddress });
};

const restored: Directive = (tokens, context, name) => {
  const number = register(tokens, context);
  if (number === RA) change(context, name, { returnAddress: 'ra' });
};

/** Moves the frame's size; the slot of the return address stays where it is in memory. */
function resize(context: Context, name: string, frameSize: number): void {
  const { now } = stateOf(context, name);
  const { returnAddress } = now;
  const moved = returnAddress === 'ra' ? returnAddress : returnAddress + frameSize - now.frameSize;
  change(context, name, { frameSize, returnAddress: moved });
}

const cfaOffset: Directive = (tokens, context, name) => resize(context, name, offset(tokens, context));

const adjust: Directive = (tokens, context, name) =>
  resize(context, name, stateOf(context, name).now.frameSize + offset(tokens, context));

const cfa: Directive = (tokens, context, name) => {
  const base = register(tokens, context);
  tokens.expect(',');
  const size = offset(tokens, context);
  // A frame that another register addresses has a size that no FrameRow tells: the last one stays.
  if (base === SP) resize(context, name, size);
};

const remember: Directive = (_tokens, context, name) => {
  const state = stateOf(context, name);
  state.remembered.push(state.now);
};

const restoreState: Directive = (_tokens, context, name) => {
  const before = stateOf(context, name).remembered.pop();
  if (!before) throw new StatementError('.cfi_restore_state without .cfi_remember_state');
  change(context, name, before);
};

const ignore: Directive = (tokens) => {
  tokens.rest();
};

export const cfiDirectives: ReadonlyMap<string, Directive> = new Map([
  ['.cfi_startproc', start],
  ['.cfi_endproc', end],
  ['.cfi_offset', saved],
  ['.cfi_rel_offset', savedAtSp],
  ['.cfi_restore', restored],
  ['.cfi_def_cfa_offset', cfaOffset],
  ['.cfi_adjust_cfa_offset', adjust],
  ['.cfi_def_cfa', cfa],
  ['.cfi_remember_state', remember],
  ['.cfi_restore_state', restoreState],
  ...[
    '.cfi_sections',
    '.cfi_def_cfa_register',
    '.cfi_undefined',
    '.cfi_same_value',
    '.cfi_signal_frame',
    '.cfi_return_column',
    '.cfi_escape',
    '.cfi_personality',
    '.cfi_lsda',
  ].map((name) => [name, ignore] as const),
]);
