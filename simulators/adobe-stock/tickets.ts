/** Addresses that open a file without a token: short-lived ones for a bucket, and the changing ones of the license history. */
import { SECRET_MARKER, type SimHost } from '../kit/types.js';
import type { Purchase } from './purchases.js';

/** Which bytes an address stands for. */
export interface FileTarget {
  readonly k: number;
  /** The license whose file it is; null for a watermarked comp. */
  readonly license: string | null;
  readonly size: number | null;
  readonly format: 'jpeg' | 'png' | null;
}

export interface Tickets {
  /** A bucket ticket for one file. */
  issue(target: FileTarget): string;
  /** `expired` and `unknown` are refused differently. */
  findTarget(ticket: string): FileTarget | 'expired' | 'unknown';
  /** The address code of a purchase in the history: the same for a while, then another. */
  historyCode(purchase: Purchase): string;
  findPurchase(code: string): number | 'expired' | 'unknown';
}

const TICKET_LIFETIME_MS = 60_000;
/** The history hands out a code for an hour and honours it for two. */
const CODE_SHOWN_MS = 3_600_000;
const CODE_LIFETIME_MS = 2 * CODE_SHOWN_MS;
const KEPT_TICKETS = 20_000;

export const createTickets = (host: SimHost): Tickets => {
  const tickets = new Map<string, { readonly target: FileTarget; readonly expiresAtMs: number }>();
  const codes = new Map<string, { readonly sequence: number; readonly expiresAtMs: number }>();
  const current = new Map<number, { readonly code: string; readonly shownUntilMs: number }>();

  return {
    issue: (target) => {
      if (tickets.size >= KEPT_TICKETS) tickets.clear();
      const ticket = host.secret('adobe-ticket');
      tickets.set(ticket, { target, expiresAtMs: host.now() + TICKET_LIFETIME_MS });
      return ticket;
    },
    findTarget: (ticket) => {
      const found = tickets.get(ticket);
      if (found === undefined) return 'unknown';
      return host.now() < found.expiresAtMs ? found.target : 'expired';
    },
    historyCode: ({ sequence }) => {
      const known = current.get(sequence);
      if (known !== undefined && host.now() < known.shownUntilMs) return known.code;
      // 32 characters without hyphens, as the real ones; the marker stays in front.
      const code = `${SECRET_MARKER}${host.secret('adobe-file').slice(-23)}`;
      current.set(sequence, { code, shownUntilMs: host.now() + CODE_SHOWN_MS });
      codes.set(code, { sequence, expiresAtMs: host.now() + CODE_LIFETIME_MS });
      return code;
    },
    findPurchase: (code) => {
      const found = codes.get(code);
      if (found === undefined) return 'unknown';
      return host.now() < found.expiresAtMs ? found.sequence : 'expired';
    },
  };
};
