import { instructionByName } from '../../isa/instructions.ts';
import { evaluate } from './expressions.ts';
import { type BranchFragment, distanceAfterLayout, type Fragment, offsetOf, type SectionBuilder } from './fragments.ts';
import { type Location, StatementError } from './source-error.ts';
import type { AssemblySymbol } from './symbols.ts';

/** Distances that fit each form, counted from its first byte. */
const COMPRESSED_BRANCH = 256;
const COMPRESSED_JUMP = 2048;
const BRANCH = 4096;

const JAL = instructionByName.get('jal')!.match;

/** What `.space` and `.org` may make: enough for any program here, and no typing error's worth of memory. */
const MAX_SIZE = 0x10000000n;

/** Reports what is wrong with a fragment's statement. */
export type Report = (message: string, location: Location) => void;

/** The target's symbol and what is added to it, where it is one in this section that another object cannot replace. */
export function nearTarget(
  fragment: BranchFragment,
  section: SectionBuilder,
): { symbol: AssemblySymbol; addend: number } | undefined {
  const { plus, minus, constant } = evaluate(fragment.target, distanceAfterLayout);
  if (!plus || minus || plus.weak || plus.place?.section !== section) return undefined;
  return { symbol: plus, addend: Number(constant) };
}

/**
 * The size that a branch needs with sections as they are now laid out. Branches become an inverted branch over a jump
 * where the target is too far or in another section; a jump too far for `jal` is the linker's to report.
 */
function branchSize(fragment: BranchFragment, section: SectionBuilder): number {
  const { conditional, compressible } = fragment;
  const target = nearTarget(fragment, section);
  if (!target?.symbol.place) return conditional ? 8 : 4;
  const distance = offsetOf(target.symbol.place) + target.addend - fragment.address;
  const within = (reach: number): boolean => distance >= -reach && distance < reach;
  if (compressible && within(conditional ? COMPRESSED_BRANCH : COMPRESSED_JUMP)) return 2;
  if (!conditional || within(BRANCH)) return 4;
  return compressible ? 6 : 8;
}

function fragmentSize(fragment: Fragment, section: SectionBuilder): number {
  switch (fragment.kind) {
    case 'bytes':
      return fragment.bytes.length;
    case 'branch':
      // Never back to a smaller form, so that this comes to an end.
      return Math.max(fragment.size, branchSize(fragment, section));
    case 'align': {
      const padding = (fragment.align - (fragment.address % fragment.align)) % fragment.align;
      return padding > fragment.most ? 0 : padding;
    }
    case 'fill': {
      const { constant, plus, minus } = evaluate(fragment.count, distanceAfterLayout);
      if (plus || minus) throw new StatementError('the number of bytes must not depend on an address');
      if (constant < 0n || constant > MAX_SIZE) {
        throw new StatementError(`a size of ${constant} is outside 0..${MAX_SIZE}`);
      }
      return Number(constant) * fragment.valueSize;
    }
    case 'origin': {
      const { constant, plus, minus } = evaluate(fragment.target, distanceAfterLayout);
      if (minus || (plus && plus.place?.section !== section)) {
        throw new StatementError('.org needs a number or a label of this section');
      }
      if (constant > MAX_SIZE) throw new StatementError(`.org ${constant} is beyond ${MAX_SIZE} bytes`);
      const target = Number(constant) + (plus?.place ? offsetOf(plus.place) : 0);
      // While labels still move the target may seem to lie behind; `checkOrigins` has the last word.
      return Math.max(0, target - fragment.address);
    }
  }
}

/** Gives every fragment its address and size, so that each branch has the shortest form that reaches. */
export function layOut(section: SectionBuilder, report: Report): void {
  // First addresses as they are when every branch has its shortest form.
  let shortest = 0;
  for (const fragment of section.fragments) {
    fragment.address = shortest;
    if (fragment.kind === 'branch') fragment.size = fragment.compressible ? 2 : 4;
    else if (fragment.kind === 'bytes' || fragment.kind === 'align') fragment.size = fragmentSize(fragment, section);
    shortest += fragment.size;
  }
  const failed = new Set<Fragment>();
  for (let changed = true; changed; ) {
    changed = false;
    let address = 0;
    for (const fragment of section.fragments) {
      if (fragment.address !== address) changed = true;
      fragment.address = address;
      const size = failed.has(fragment) ? 0 : sizeOrReport(fragment, section, report, failed);
      if (fragment.size !== size) changed = true;
      fragment.size = size;
      address += size;
    }
  }
  checkOrigins(section, report, failed);
}

function sizeOrReport(fragment: Fragment, section: SectionBuilder, report: Report, failed: Set<Fragment>): number {
  try {
    return fragmentSize(fragment, section);
  } catch (error) {
    if (!(error instanceof StatementError) || !('location' in fragment)) throw error;
    report(error.message, fragment.location);
    failed.add(fragment);
    return 0;
  }
}

function checkOrigins(section: SectionBuilder, report: Report, failed: ReadonlySet<Fragment>): void {
  for (const fragment of section.fragments) {
    if (fragment.kind !== 'origin' || failed.has(fragment)) continue;
    const { constant, plus } = evaluate(fragment.target, distanceAfterLayout);
    const target = Number(constant) + (plus?.place ? offsetOf(plus.place) : 0);
    if (target < fragment.address) {
      report(`.org ${target} goes back: the section has ${fragment.address} bytes already`, fragment.location);
    }
  }
}

/** The condition's opposite: beq and bne, blt and bge, bltu and bgeu differ in the lowest bit of funct3. */
export const invertBranch = (word: number): number => (word ^ 0x1000) >>> 0;

export const JUMP_WITHOUT_LINK = JAL;
