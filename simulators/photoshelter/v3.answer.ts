/** v3 answers: status and data, with a paging block that is never empty and has `next` except on the last page. */

import type { SimReply } from '../kit/types.js';
import { type Page, pageOf } from './answer.js';
import type { Call } from './call.js';

export const ok = (data?: unknown): SimReply => ({
  status: 200,
  body: data === undefined ? { status: 'ok' } : { status: 'ok', data },
});

const paging = ({ page, perPage }: Page, total: number): object => {
  const last = Math.max(1, Math.ceil(total / perPage));
  return { page, per_page: perPage, total, last, ...(page < last ? { next: page + 1 } : {}) };
};

/** One page of `items` under `name`. */
export const page = <T>(call: Call, name: string, items: readonly T[], map: (item: T) => unknown): SimReply => {
  const where = pageOf(call, 'children-per-page-max', 10);
  const start = (where.page - 1) * where.perPage;
  return ok({ [name]: items.slice(start, start + where.perPage).map(map), Paging: paging(where, items.length) });
};
