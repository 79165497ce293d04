/** What the proxies see pass by, by name, and what they are told to do about it. */

/**
 * `sql/<subject>/<stage>` with the stages `before` (not given to PostgreSQL yet), `done` (done, its answer withheld) and `acked` (answered);
 * `http/<role>/<stage>` with `half`, `received`, `replied`, `headers`, `body-cut` and `delivered`, in that order.
 */
export type WireEvent = `${'sql' | 'http'}/${string}`;

export interface Verdict {
  /** The deed itself. A proxy that was to pass a part on first calls it afterwards; what it returns is waited for. */
  readonly finish: () => void | Promise<void>;
  /** `cut`: nothing more passes on this connection. `late`: it passes when `finish` is done; of what a gateway asks PostgreSQL only. */
  readonly next: 'cut' | 'go' | 'late';
}

/** Undefined: go on. */
export type Watch = (event: WireEvent) => Verdict | undefined;
