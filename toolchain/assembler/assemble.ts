import type { ObjectFile } from '../object.ts';
import { Context } from './context.ts';
import { type Include, Preprocessor } from './preprocessor.ts';
import { SourceError } from './source-error.ts';
import { Statements } from './statements.ts';
import { writeObject } from './write-object.ts';

export { type Diagnostic, type Location, SourceError } from './source-error.ts';

export interface AssembleOptions {
  /** Gives the contents of the file `path` that the file `from` includes; throws where there is none. */
  readonly include?: Include;
  /** Macros of the preprocessor, as by `-DNAME=VALUE`. */
  readonly defines?: Readonly<Record<string, bigint>>;
  /**
   * Whether instructions take their compressed form at the start; `.option rvc` and `norvc` change it. Left out: yes.
   */
  readonly compress?: boolean;
}

const noInclude: Include = () => {
  throw new Error('no files can be included here');
};

/**
 * Assembles GNU-syntax RISC-V assembly: RV64GC with Zicsr, Zifencei, the hypervisor extension and Svinval,
 * pseudo-instructions, sections, data, macros and the C preprocessor. `file` names the source in messages and debug
 * information.
 *
 * Throws a SourceError with everything that is wrong, by line and column.
 */
export function assemble(source: string, file: string, options: AssembleOptions = {}): ObjectFile {
  const context = new Context(file, { compress: options.compress ?? true, zbb: false, zba: false });
  const preprocessor = new Preprocessor(options.include ?? noInclude, options.defines ?? {}, (error) =>
    context.diagnostics.push(error),
  );
  new Statements(context, preprocessor).run(preprocessor.run(source, file));
  for (const symbol of context.symbols.missingNumeric()) {
    const number = symbol.name.replace(/\$.*/, '');
    context.report(
      `there is no label '${number}:' behind this reference to '${number}f'`,
      symbol.definedAt ?? context.location,
    );
  }
  const object = writeObject(context, file);
  if (context.diagnostics.length > 0) throw new SourceError(inSourceOrder(context));
  return object;
}

/** Errors by file and line, each once: a preprocessor's error comes before the assembler has read a line. */
function inSourceOrder({ diagnostics }: Context): Context['diagnostics'] {
  const seen = new Set<string>();
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  return diagnostics
    .filter((error) => {
      const key = JSON.stringify(error);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}
