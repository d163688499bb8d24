/**
 * Reads the arguments of `typevisor run` where they are plain, without commander: to load it takes half as long as to start Node. What
 * is not plain (help, mistakes, `--name=value`) is commander's.
 */
import { RUN_OPTIONS, type RunOptions } from './run-options.ts';

export interface RunArguments {
  readonly guests: readonly string[];
  readonly options: RunOptions;
}

type Value = string | boolean | readonly string[];

/** @returns what commander would; or undefined when it is commander that has to say */
export function readRunArguments(args: readonly string[]): RunArguments | undefined {
  const guests: string[] = [];
  const options = initialValues();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (!argument.startsWith('-')) {
      guests.push(argument);
      continue;
    }
    const option = RUN_OPTIONS.find(({ flags }) => flags.split(' ')[0] === argument);
    if (option === undefined) return undefined;
    const { flags, repeated } = option;
    const name = propertyOf(flags);
    const next = args[index + 1];
    if (flags.includes('<')) {
      if (next === undefined) return undefined;
      options[name] = repeated ? [...(options[name] as string[]), next] : next;
      index++;
    } else if (flags.includes('[') && next !== undefined && !next.startsWith('-')) {
      options[name] = next;
      index++;
    } else {
      options[name] = !isNegated(flags);
    }
  }
  return { guests, options: options as unknown as RunOptions };
}

function initialValues(): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const { flags, initial, repeated } of RUN_OPTIONS) {
    if (repeated) values[propertyOf(flags)] = [];
    else if (isNegated(flags)) values[propertyOf(flags)] = true;
    else if (initial !== undefined) values[propertyOf(flags)] = initial;
  }
  return values;
}

function isNegated(flags: string): boolean {
  return flags.startsWith('--no-');
}

/** `--host-memory <size>` is `hostMemory`. */
function propertyOf(flags: string): string {
  const [words = ''] = flags.replace(/^--(no-)?/, '').split(' ');
  return words.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
