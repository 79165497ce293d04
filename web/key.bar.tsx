// The slim bar above GraphiQL: what this is, whether it is a sandbox, and whose key goes with the requests.
import type { FormEvent } from 'react';
import { type KeyChoice, OWN_KEY } from './key.choice.js';
import type { PageConfig } from './page.config.js';

export function KeyBar({ config, choice }: { readonly config: PageConfig; readonly choice: KeyChoice }) {
  return (
    <header className="bar">
      <h1>{config.title}</h1>
      {config.sandbox && (
        <span className="bar-sandbox" title="This gateway runs in sandbox mode">
          sandbox
        </span>
      )}
      <div className="bar-keys">
        {config.keys.length > 0 && (
          <label>
            Role
            <select value={choice.choice} onChange={(event) => choice.choose(event.currentTarget.value)}>
              {config.keys.map(({ role }) => (
                <option key={role} value={role}>
                  {role}
                </option>
              ))}
              <option value={OWN_KEY}>own key…</option>
            </select>
          </label>
        )}
        {choice.choice === OWN_KEY && <OwnKeyField choice={choice} />}
      </div>
    </header>
  );
}

/** Handed over when the field is left or Enter is pressed: a half-typed key would only be refused. */
function OwnKeyField({ choice }: { readonly choice: KeyChoice }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    choice.changeOwnKey(String(new FormData(event.currentTarget).get('key') ?? '').trim());
  };
  return (
    <form onSubmit={submit}>
      <label>
        API key
        <input
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="sent as X-Api-Key"
          defaultValue={choice.ownKey}
          onBlur={(event) => event.currentTarget.form?.requestSubmit()}
        />
      </label>
    </form>
  );
}
