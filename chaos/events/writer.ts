/** Makes changes through the front door: endpoints that get nothing themselves are switched off, each time with a name as the reason. */
import type { Written } from './check.js';

export const KEY = 'chaos-events-admin-0123456789';

export type Ask = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;

export const askAt =
  (url: string): Ask =>
  async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
    if (!data || errors) throw new Error(`the gateway refused: ${JSON.stringify(errors)}`);
    return data;
  };

const CREATE = `mutation($input: CreateEventEndpointInput!) { made: createEventEndpoint(input: $input) {
  ... on CreateEventEndpointPayload { secret endpoint { id } } ... on InvalidRequest { message } } }`;
const SWITCH = `mutation($id: ID!, $name: String!) { on: enableEventEndpoint(endpointId: $id) { __typename }
  off: disableEventEndpoint(endpointId: $id, reason: $name) { ... on ChangeEventEndpointPayload { endpoint { disabledReason } } } }`;

export const createEndpoint = async (ask: Ask, url: string, types: readonly string[], key: string) => {
  const { made } = await ask(CREATE, { input: { url, types, idempotencyKey: key } });
  const { endpoint, secret } = made as { endpoint?: { id: string }; secret?: string };
  if (!endpoint || !secret) throw new Error(`no endpoint: ${JSON.stringify(made)}`);
  return { id: endpoint.id, secret };
};

export interface Writer {
  readonly written: readonly Written[];
  stop(): Promise<void>;
}

/** One writer for each subject, so that the order in which it confirms is the order of the subject. */
export const startWriter = (ask: Ask, subjects: readonly string[], pauseMs: (written: number) => number): Writer => {
  const written: Written[] = [];
  let stopping = false;
  const write = async (subject: string, index: number): Promise<void> => {
    for (let n = 1; !stopping; n += 1) {
      const name = `s${index}-${n}`;
      await ask(SWITCH, { id: subject, name });
      written.push({ subject, name });
      await new Promise((resolve) => setTimeout(resolve, pauseMs(written.length)));
    }
  };
  const writing = Promise.all(subjects.map(write));
  writing.catch(() => undefined);
  return {
    written,
    stop: async () => {
      stopping = true;
      await writing;
    },
  };
};
