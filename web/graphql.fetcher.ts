// Sends what GraphiQL asks to the gateway, with the key chosen in the bar.
import type { Fetcher } from '@graphiql/toolkit';

/** `readSecret` is asked at each request, so that the fetcher, and with it the schema, survives a change of the key. */
export function createFetcher(readSecret: () => string): Fetcher {
  return async (params, options) => {
    const headers = new Headers({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
    });
    const secret = readSecret();
    if (secret) headers.set('X-Api-Key', secret);
    // Headers typed into the tab win over the bar: they are the more explicit choice.
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    const response = await fetch('./graphql', { method: 'POST', headers, body: JSON.stringify(params) });
    return parseAnswer(response, await response.text());
  };
}

/** A proxy or a crash may answer with HTML or nothing; the visitor should see the status, not a JSON syntax error. */
function parseAnswer(response: Response, text: string) {
  try {
    return JSON.parse(text);
  } catch {
    const status = `${response.status} ${response.statusText}`.trim();
    return {
      errors: [
        { message: `The gateway answered ${status} with something that is not JSON.`, extensions: { body: text.slice(0, 500) } },
      ],
    };
  }
}
