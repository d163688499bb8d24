/** What keeps a program from being linked, one line a problem. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export const hex = (value: bigint): string => `0x${value.toString(16)}`;
