/** What a checker says. */

export interface Violation {
  /** Its short name in docs/reliability.md. */
  readonly invariant: string;
  readonly message: string;
  /** What it is about, for the evidence. */
  readonly operationIds: readonly string[];
}

export type Complain = (invariant: string, message: string, ...operationIds: readonly string[]) => void;
