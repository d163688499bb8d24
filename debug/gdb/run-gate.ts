/** Keeps a target from running while a debugger wants it to rest. */
export class RunGate {
  #hold: { readonly opened: Promise<void>; readonly open: () => void } | undefined;

  /** @returns whether it was open. */
  close(): boolean {
    if (this.#hold !== undefined) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hold = { opened: promise, open: resolve };
    return true;
  }

  open(): void {
    this.#hold?.open();
    this.#hold = undefined;
  }

  /** Resolves while it is open. */
  async opened(): Promise<void> {
    while (this.#hold !== undefined) await this.#hold.opened;
  }
}
