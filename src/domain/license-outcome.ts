/** What a license mutation answers: every outcome that a caller can expect and act on. */
import type { AssetSource } from './ids.js';
import type { License } from './license.js';
import type { Money } from './money.js';
import type { ApprovalRequired, BudgetExceeded, InputProblem, Operation } from './operation.js';
import type { LicenseQuote } from './quote.js';

export type LicenseOutcome =
  | {
      readonly kind: 'LicenseGranted' | 'LicenseAlreadyHeld';
      readonly license: License;
      readonly operation: Operation;
      readonly replayed: boolean;
    }
  | {
      readonly kind: 'LicensePending';
      readonly operation: Operation;
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'QuoteChanged'; readonly current: LicenseQuote | null; readonly message: string }
  | ApprovalRequired
  | BudgetExceeded
  | { readonly kind: 'OverageConfirmationRequired'; readonly price: Money | null; readonly message: string }
  | { readonly kind: 'CheckoutRequired'; readonly url: string | null; readonly message: string }
  | { readonly kind: 'LicenseRefused'; readonly code: string; readonly message: string; readonly operation: Operation }
  | { readonly kind: 'UnsupportedBySource'; readonly source: AssetSource; readonly message: string }
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string }
  | { readonly kind: 'IdempotencyConflict'; readonly message: string };

export const invalidRequest = (...problems: readonly InputProblem[]): LicenseOutcome & { kind: 'InvalidRequest' } => ({
  kind: 'InvalidRequest',
  problems,
  message: problems.map((problem) => `${problem.path}: ${problem.message}`).join(' '),
});
