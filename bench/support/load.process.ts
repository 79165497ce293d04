/**
 * The clients, in a process of their own: a number of kept connections, each sending its next request when the answer is there. Every
 * answer is checked: the first to a page is parsed, later ones must be as long, whoever gave them, and each hundredth is parsed again.
 */
import { Client } from 'undici';
import { rng } from '../../simulators/kit/rng.js';
import type { LoadOrder, LoadResult } from './load.js';

const SAMPLE_EVERY = 100;
const sets = new Map<string, readonly string[]>();
/** Length of the right answer by set and page. */
const lengths = new Map<string, number>();
let answersSeen = 0;

const fault = (text: string, assets: number): string | null => {
  const answer = JSON.parse(text) as { data?: { assets?: ({ id: string } | null)[] }; errors?: unknown };
  if (answer.errors !== undefined) return `errors: ${JSON.stringify(answer.errors).slice(0, 300)}`;
  const rows = answer.data?.assets ?? [];
  return rows.length === assets && rows.every((row) => row !== null) ? null : `${rows.length} rows, some missing`;
};

const check = (page: string, status: number, body: Buffer, assets: number): string | null => {
  if (status !== 200) return `status ${status}: ${body.toString('utf8').slice(0, 300)}`;
  answersSeen += 1;
  const known = lengths.get(page);
  if (known !== undefined && known !== body.length) return `${body.length} bytes where ${known} were right`;
  if (known !== undefined && answersSeen % SAMPLE_EVERY !== 0) return null;
  lengths.set(page, body.length);
  return fault(body.toString('utf8'), assets);
};

const run = async (order: LoadOrder): Promise<LoadResult> => {
  const pages = sets.get(order.pages) ?? [];
  const random = rng(order.seed);
  const target = new URL(order.url);
  const latencies: number[] = [];
  let [sent, answered] = [0, 0];
  const startedAt = performance.now();
  const countsFrom = startedAt + order.leadInMs;
  const endsAt = countsFrom + order.durationMs;
  let lastAt = startedAt;
  const client = async (): Promise<void> => {
    const connection = new Client(target.origin, { pipelining: 1 });
    const headers = { 'content-type': 'application/json', ...order.headers };
    while (performance.now() < endsAt && sent < order.maxRequests) {
      sent += 1;
      const page = random.int(pages.length);
      const at = performance.now();
      const reply = await connection.request({
        method: 'POST',
        path: target.pathname,
        headers,
        body: pages[page] as string,
      });
      const body = Buffer.from(await reply.body.arrayBuffer());
      const now = performance.now();
      const wrong = check(`${order.pages} ${page}`, reply.statusCode, body, order.assets);
      if (wrong !== null) throw new Error(`${order.url}: ${wrong}`);
      answered += 1;
      lastAt = now;
      if (now >= countsFrom && now < endsAt) latencies.push(now - at);
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: order.connections }, client));
  const seconds = (Math.min(lastAt, endsAt) - countsFrom) / 1000;
  return { answers: latencies.length, seconds, answersInAll: answered, latencies };
};

process.on('message', (message: { id: number; pages?: Record<string, readonly string[]>; order?: LoadOrder }) => {
  const reply = (answer: object): void => {
    process.send?.({ id: message.id, ...answer });
  };
  for (const [name, pages] of Object.entries(message.pages ?? {})) sets.set(name, pages);
  if (!message.order) return reply({ result: null });
  run(message.order).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
