/** What is wrong with what the user gave, as one line; everything else that is thrown is a mistake of ours. */
import { EXIT_BAD_INPUT } from './exit-codes.ts';

export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Errors of the layers below whose message is made for the user as it is. */
const USER_ERRORS: ReadonlySet<string> = new Set([
  'UserError',
  'AssemblyScriptError',
  'SourceError',
  'CompileError',
  'LinkError',
  'MissingSourceError',
  'ElfError',
  'FdtError',
  'LoadError',
  'KvmUnavailableError',
  'SystemCallError',
  'SnapshotError',
]);

/**
 * The line that tells the user about an error: the first one of a message with several (compilers report all they find).
 * undefined when the error is not about the user's input.
 */
export function userMessage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !USER_ERRORS.has(error.name)) return undefined;
  const [first = '', ...more] = error.message.split('\n');
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

/**
 * Tells the user about an error, behind the program's name.
 * @returns the exit code. @throws the error itself when it is a mistake of ours.
 */
export function reportError(error: unknown, program = 'typevisor'): number {
  const message = userMessage(error);
  if (message === undefined) throw error;
  process.stderr.write(`${program}: ${message}\n`);
  return EXIT_BAD_INPUT;
}
