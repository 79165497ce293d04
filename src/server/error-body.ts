/** What every path answers that cannot do what it was asked for: the shape of GraphQL's own errors. */
import type { FaultCode } from '../domain/faults.js';

export interface ErrorBody {
  readonly errors: readonly [
    { readonly message: string; readonly extensions: { readonly code: FaultCode; readonly requestId: string } },
  ];
}

export const errorBody = (message: string, code: FaultCode, requestId: string): ErrorBody => ({
  errors: [{ message, extensions: { code, requestId } }],
});
