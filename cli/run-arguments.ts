/**
 * Reads the arguments of `typevisor run` where they are plain by Node's own parser: to load commander takes half as long as to start Node.
 * What is not plain (help, mistakes, an option that leaves its value out) is commander's.
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { RUN_OPTIONS, type RunOption, type RunOptions } from './run-options.ts';

export interface RunArguments {
  readonly guests: readonly string[];
  readonly options: RunOptions;
}

const NEGATION = /^no-/;

const PLAIN_OPTIONS: ParseArgsOptionsConfig = Object.fromEntries(
  RUN_OPTIONS.map((option) => [nameOf(option), plainOption(option)]),
);

/** @returns what commander would; or undefined when it is commander that has to say */
export function readRunArguments(args: readonly string[]): RunArguments | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: PLAIN_OPTIONS, allowPositionals: true });
    const options = Object.entries(values).map(([name, value]) =>
      NEGATION.test(name) ? [propertyOf(name.replace(NEGATION, '')), !value] : [propertyOf(name), value],
    );
    return { guests: positionals, options: Object.fromEntries(options) };
  } catch {
    return undefined;
  }
}

/** `memory` of `--memory <size>`. */
function nameOf({ flags }: RunOption): string {
  return flags.split(' ')[0]!.slice('--'.length);
}

function plainOption(option: RunOption): ParseArgsOptionsConfig[string] {
  const { flags, initial, repeated } = option;
  if (!flags.includes(' '))
    return NEGATION.test(nameOf(option)) ? { type: 'boolean', default: false } : { type: 'boolean' };
  if (repeated) return { type: 'string', multiple: true, default: [] };
  return initial === undefined ? { type: 'string' } : { type: 'string', default: initial };
}

/** `host-memory` is `hostMemory`. */
function propertyOf(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
