/** The transactions of one purchase as they reach PostgreSQL, and the same again as often as wanted, by nobody but a bare client. */
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}
/** From `begin` to `commit`. */
export type Transaction = readonly Statement[];

type Query = (this: object, ...given: readonly unknown[]) => unknown;

/** Everything that this process sends to PostgreSQL while `work` runs, transaction by transaction. */
export const recordTransactions = async (work: () => Promise<void>): Promise<readonly Transaction[]> => {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  const open = new Map<object, Statement[]>();
  const closed: Transaction[] = [];
  prototype.query = function (this: object, ...given) {
    const [first, second] = given;
    const config = (typeof first === 'string' ? { text: first, values: second } : first) as { text: string; values?: unknown };
    const statement = { text: config.text, values: Array.isArray(config.values) ? config.values : [] };
    if (statement.text.startsWith('begin')) open.set(this, [statement]);
    else open.get(this)?.push(statement);
    if (statement.text === 'commit') {
      closed.push(open.get(this) ?? []);
      open.delete(this);
    }
    return query.apply(this, [...given]);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return closed;
};

const writes = ({ text }: Statement): boolean => /^(insert into|update) "license_operation"/.test(text);

/** The three that a purchase cannot do without: intent, SENDING, result. */
export const purchaseTransactions = (recorded: readonly Transaction[]): readonly Transaction[] => {
  const found = recorded.filter((transaction) => transaction.some(writes));
  if (found.length !== 3) throw new Error(`A purchase wrote its operation in ${found.length} transactions; three were expected.`);
  return found;
};

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Values for one more purchase: other ids, another key, another asset; all else as it was. */
const freshValues = (marks: readonly string[]): ((value: unknown) => unknown) => {
  const uuids = new Map<string, string>();
  const suffix = randomBytes(6).toString('hex');
  const fresh = (text: string): string => {
    const renamed = text.replace(UUID, (uuid) => {
      const known = uuids.get(uuid) ?? randomUUID();
      uuids.set(uuid, known);
      return known;
    });
    return marks.reduce((current, mark) => current.replaceAll(mark, `${mark}${suffix}`), renamed);
  };
  return (value) => (typeof value === 'string' ? fresh(value) : value);
};

/** Runs the transactions `count` times over `connections` connections; gives how many purchases a second that would be. */
export const replay = async (
  databaseUrl: string,
  transactions: readonly Transaction[],
  marks: readonly string[],
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<number> => {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (left > 0) {
        left -= 1;
        const fresh = freshValues(marks);
        for (const transaction of transactions)
          for (const { text, values } of transaction)
            await (values.length === 0 ? client.query(fresh(text) as string) : client.query(text, values.map(fresh)));
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return count / seconds;
};
