/** How long TCP waits for an acknowledgement (RFC 6298), in whole milliseconds. */

const INITIAL = 1000;
/** RFC 6298 asks for 1 s, for the sake of busy networks; this wire has a peer of its own. */
const SHORTEST = 200;
const LONGEST = 60_000;

export class RetransmissionTimeout {
  #smoothed: number | undefined;
  #variation = 0;
  #timeout = INITIAL;

  get value(): number {
    return this.#timeout;
  }

  /** A segment that was sent once has been acknowledged after so long (2.2, 2.3). */
  sample(roundTrip: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = roundTrip;
      this.#variation = roundTrip / 2;
    } else {
      this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - roundTrip);
      this.#smoothed = 0.875 * this.#smoothed + 0.125 * roundTrip;
    }
    this.#set(this.#smoothed + 4 * this.#variation);
  }

  /** Nothing came in time (5.5). */
  backOff(): void {
    this.#set(this.#timeout * 2);
  }

  #set(timeout: number): void {
    this.#timeout = Math.ceil(Math.min(LONGEST, Math.max(SHORTEST, timeout)));
  }
}
