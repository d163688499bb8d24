/** How a command takes its arguments: what is wrong with them is one line on stderr, behind the program's name, and exit code 1. */
import { type Command, CommanderError } from 'commander';
import { reportError } from './errors.ts';
import { EXIT_BAD_INPUT } from './exit-codes.ts';
import { RUN_OPTIONS } from './run-options.ts';

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function addRunOptions(command: Command): Command {
  for (const { flags, help, initial, repeated } of RUN_OPTIONS) {
    if (repeated) command.option(flags, help, collect, []);
    else command.option(flags, help, initial);
  }
  return command;
}

/** @param program the first word of each complaint */
export function prepared(command: Command, program: string): Command {
  return command
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${program}: ${oneLine(text)}\n`) })
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help');
}

/** Commander's complaints take two lines when there is a suggestion. */
function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** Does what the arguments of this process say, and sets its exit code when that fails. */
export async function runCommand(command: Command, program: string): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    // Commander has printed its own already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
    else process.exitCode = reportError(error, program);
  }
}
