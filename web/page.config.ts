// What the gateway tells the page about itself; every part is optional, the page works with none of it.

export type RoleKey = { readonly role: string; readonly secret: string };

/** A ready operation; `query` and `variables` are editor texts. */
export type ReadyOperation = {
  readonly name: string;
  readonly role: string | undefined;
  readonly query: string;
  readonly variables: string;
};

export type PageConfig = {
  readonly title: string;
  readonly sandbox: boolean;
  readonly keys: readonly RoleKey[];
  readonly operations: readonly ReadyOperation[];
};

const EMPTY: PageConfig = { title: 'Clearance', sandbox: false, keys: [], operations: [] };

/** Never fails: outside a sandbox the gateway answers 404, and the visitor brings a key. */
export async function loadPageConfig(): Promise<PageConfig> {
  try {
    const response = await fetch('./graphiql/config.json', { headers: { accept: 'application/json' }, cache: 'no-store' });
    return response.ok ? parsePageConfig(await response.json()) : EMPTY;
  } catch {
    return EMPTY;
  }
}

function parsePageConfig(value: unknown): PageConfig {
  const config = asRecord(value);
  return {
    title: asText(config.title) || EMPTY.title,
    sandbox: config.sandbox === true,
    keys: asList(config.keys).flatMap(parseKey),
    operations: asList(config.operations).flatMap(parseOperation),
  };
}

function parseKey(value: unknown): readonly RoleKey[] {
  const key = asRecord(value);
  const role = asText(key.role);
  const secret = asText(key.secret);
  return role && secret ? [{ role, secret }] : [];
}

function parseOperation(value: unknown): readonly ReadyOperation[] {
  const operation = asRecord(value);
  const query = asText(operation.query).trim();
  if (!query) return [];
  const name = asText(operation.name) || 'Operation';
  const role = asText(operation.role) || undefined;
  return [{ name, role, query: withHeading(query, name, role), variables: asVariablesText(operation.variables) }];
}

/** GraphiQL titles a tab by the operation's GraphQL name; the spoken name and its role go on the first line. */
function withHeading(query: string, name: string, role: string | undefined): string {
  if (query.startsWith('#')) return query;
  return `# ${name.replaceAll(/\s+/g, ' ')}${role ? ` (as ${role})` : ''}\n${query}`;
}

function asVariablesText(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, null, 2);
  return asText(value).trim();
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
