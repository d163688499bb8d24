import type { SectionKind } from '../object.ts';
import { StatementError } from './source-error.ts';

const knownPrefixes: readonly (readonly [string, SectionKind])[] = [
  ['.text', 'text'],
  ['.init', 'text'],
  ['.fini', 'text'],
  ['.rodata', 'rodata'],
  ['.srodata', 'rodata'],
  ['.data', 'data'],
  ['.sdata', 'data'],
  ['.bss', 'bss'],
  ['.sbss', 'bss'],
];

/** A name that says what a section is: `.text`, `.text.boot`. */
function kindByName(name: string): SectionKind | undefined {
  return knownPrefixes.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`))?.[1];
}

/**
 * What a section is by its name, or by the flags (`a` loaded, `w` written, `x` code) and the type (`nobits`) of
 * `.section`. Sections that are not loaded (`.comment`, `.note…`) are assembled and then left out.
 */
export function sectionKind(name: string, flags?: string, type?: string): { kind: SectionKind; loaded: boolean } {
  if (type !== undefined && !['progbits', 'nobits', 'note'].includes(type)) {
    throw new StatementError(`unknown section type '${type}'; use @progbits or @nobits`);
  }
  const named = kindByName(name);
  if (flags === undefined) {
    if (named) return { kind: named, loaded: true };
    return { kind: 'rodata', loaded: false };
  }
  const unknown = /[^awxoMSGT?]/.exec(flags)?.[0];
  if (unknown) throw new StatementError(`unknown section flag '${unknown}'; use letters of "awx"`);
  const has = (flag: string): boolean => flags.includes(flag);
  const loaded = has('a') && type !== 'note';
  if (has('x')) return { kind: 'text', loaded };
  if (type === 'nobits') return { kind: 'bss', loaded };
  if (has('w')) return { kind: named === 'bss' ? 'bss' : 'data', loaded };
  return { kind: 'rodata', loaded };
}
