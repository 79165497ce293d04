/** What a simulator is made of: routes, switches and a ledger. The kit serves them; nothing here knows the gateway. */

/** Every secret, token and signed address that a simulator issues contains this text, so that a leak can be searched for. */
export const SECRET_MARKER = 'SIMSECRET';

export interface SimRequest {
  readonly method: string;
  /** Path without query, percent-decoding not applied. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names, one value each. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the route pattern's `{name}` parts, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as JSON; throws SyntaxError. */
  json(): unknown;
  /** The body as application/x-www-form-urlencoded. */
  form(): URLSearchParams;
}

export interface SimReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON (content-type application/json unless given); a string as it is; a Buffer as bytes; absent: no body. */
  readonly body?: unknown;
}

export interface Route {
  /** Short stable name of the endpoint, e.g. `content-license`: names it in the journal and in faults. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * e.g. `/Rest/Libraries/Download/{id}/{n}`. A part `{name}` matches one segment, or a piece of one (`/t/{id}.jpg`). A trailing
   * slash is tolerated. A GET route answers HEAD as well. Where several match, the one with more literal segments wins.
   */
  readonly pattern: string;
  handle(request: SimRequest): SimReply | Promise<SimReply>;
}

/** One money-spending act as the vendor booked it. Private: only the control port shows it. */
export interface LedgerEntry {
  readonly at: string;
  readonly account: string;
  readonly assetId: string;
  readonly licenseType: string;
  readonly units: number;
  /** What the caller sent along (tags, notes, references, request id), for checkers. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Append-only. With `--state-dir` each entry is on disk (fsync) before `append` returns, and the entries of earlier runs are
 * in `entries()` when `create` is called: a simulator that wants to outlive its process rebuilds its state from them.
 */
export interface Ledger {
  append(entry: Omit<LedgerEntry, 'at'>): LedgerEntry;
  entries(): readonly LedgerEntry[];
}

/** A behaviour that no public source settles, with the values it may take. The first value is the default. */
export interface SwitchSpec {
  readonly values: readonly (string | number | boolean)[];
  readonly about: string;
}

export interface Switches {
  get(name: string): string | number | boolean;
}

/** What the kit hands to each simulator when it builds it. */
export interface SimHost {
  /** e.g. `http://127.0.0.1:40123`, without trailing slash; known before the first request. */
  readonly baseUrl: () => string;
  /** Milliseconds since the epoch; the control port can move it forward. */
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly switches: Switches;
  /**
   * A token with the marker in it: `SIMSECRET-<kind>-<random>`. Those asked for during `create` and the first `env` follow from
   * the seed, so that a restarted simulator takes the same credentials; later ones are never repeated.
   */
  readonly secret: (kind: string) => string;
}

export interface Simulator {
  /** `adobe-stock` | `getty-images` | `photoshelter` | `smint-io` */
  readonly name: string;
  readonly routes: readonly Route[];
  /** Environment variables that point a gateway at this simulator, credentials included. */
  env(): Readonly<Record<string, string>>;
  /** Extra actions on the control port: POST /control/<name>/<action> with a JSON body; the result is sent as JSON. */
  readonly actions?: Readonly<Record<string, (body: unknown) => unknown>>;
}

/** Each simulator folder exports one of these from its `simulator.ts`. */
export interface SimulatorFactory {
  readonly name: string;
  readonly switches: Readonly<Record<string, SwitchSpec>>;
  create(host: SimHost): Simulator;
}

/**
 * A fault on an endpoint, set through the control port and applied by the kit around `handle`. All `latency` faults that match
 * add up; of the other kinds the one that was set first wins.
 * `before` kinds act without doing the work, `after` kinds do the work first.
 * - latency: wait `ms`, then go on · status: answer `status` with `body`/`headers` (429, 5xx, HTML) without the work
 * - reset-before / reset-after: destroy the socket without / with the work done, no byte of an answer
 * - truncate: do the work, announce the whole length, send half of the body, destroy
 * - foreign: do the work, answer 200 text/html with a captive-portal page · drip: do the work, one byte per `ms`
 * - never: never answer (work not done) · never-after: work done, never answer
 */
export interface Fault {
  readonly endpoint: string | '*';
  readonly kind:
    | 'latency'
    | 'status'
    | 'reset-before'
    | 'reset-after'
    | 'truncate'
    | 'foreign'
    | 'drip'
    | 'never'
    | 'never-after';
  /** How many requests it hits before it ends; absent: until removed. */
  readonly times?: number;
  /** Hit a request with this probability (0 to 1), from the simulator's own seeded generator. Absent: always. */
  readonly probability?: number;
  readonly ms?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface JournalEntry {
  readonly index: number;
  /** By the simulator's clock. */
  readonly at: string;
  /** `unknown` for a path that no route has. */
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text of the request body, first 10,000 characters. */
  readonly body: string;
  /** null while no answer was given (hanging, reset); with `truncate` and `drip` the status that was announced. */
  readonly status: number | null;
  readonly fault: string | null;
  readonly tookMs: number | null;
}
