/** The products of an account and what is left of them, as Getty Images lists them. */
import { z } from 'zod';
import { idText, record, text } from './wire.js';

const lenientText = z.string().nullable().catch(null);
const anyId = z.union([z.number(), z.string()]).transform(String);
/** Null means "no limit", so only a real null may become one: anything else that is no number makes the product unreadable. */
const quota = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish()
  .transform((value) => value ?? null);

/** Codes may come as one text with line breaks. */
const projectCodes = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .catch(null)
  .transform((value) => {
    const lines = [value ?? []].flat().flatMap((entry) => entry.split(/[\r\n]+/));
    return [...new Set(lines.map((code) => code.trim()).filter((code) => code !== ''))];
  });

const product = z.object({
  id: anyId,
  type: z.string().min(1),
  name: lenientText,
  status: lenientText,
  agreement_name: lenientText,
  expiration_utc_date: lenientText,
  download_limit: quota,
  downloads_remaining: quota,
  download_limit_duration: lenientText,
  download_limit_reset_utc_date: lenientText,
  credits_remaining: quota,
  overage: z
    .object({ limit: quota, remaining: quota, count: quota, overages_reached: z.boolean().nullish().catch(null) })
    .nullish(),
  download_requirements: z
    .object({
      is_note_required: z.boolean().nullish().catch(null),
      is_project_code_required: z.boolean().nullish().catch(null),
      project_codes: projectCodes,
    })
    .nullish(),
});
export type WireProduct = z.infer<typeof product>;

/** Products that cannot be read are left out, and so cannot be used; null when the reply is no list of products. */
export const readProducts = (json: unknown): readonly WireProduct[] | null => {
  const rows = record(json)?.products;
  if (!Array.isArray(rows)) return null;
  return rows.flatMap((row) => {
    const parsed = product.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
};

// ---------- what is left, however odd the row ----------

/** Names of a row that may be shown. What the vendor adds later is not: nobody has looked whether it is a secret. */
const SHOWN_FIELDS =
  `id name type status agreement_name application_website expiration_utc_date download_limit downloads_remaining
  download_limit_duration download_limit_reset_utc_date credits_remaining team_credits imagepack_resolution`.split(/\s+/);
const SHOWN_PARTS: Readonly<Record<string, readonly string[]>> = {
  overage: ['limit', 'remaining', 'count', 'overages_reached'],
  download_requirements: ['is_note_required', 'is_project_code_required', 'project_codes'],
  ai_gen_requirements: ['is_note_required', 'is_project_code_required', 'project_codes'],
};

const isPlain = (value: unknown): boolean =>
  value === null ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && !value.includes('://'));
const isShown = (value: unknown): boolean => isPlain(value) || (Array.isArray(value) && value.every(isPlain));

const pick = (row: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(row, name) && isShown(row[name])).map((name) => [name, row[name]]));

/** Below zero where an account overdrew. */
const figure = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof parsed === 'number' && Number.isSafeInteger(parsed) ? parsed : null;
};

export interface WireAllowance {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly limit: number | null;
  readonly downloadsRemaining: number | null;
  readonly creditsRemaining: number | null;
  readonly teamCredits: number | null;
  readonly resetsAt: string | null;
  readonly expiresAt: string | null;
  /** Null: none was agreed, or none is stated. */
  readonly overage: { readonly limit: number | null; readonly remaining: number | null; readonly reached: boolean } | null;
  /** The row's own figures. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const readAllowance = (row: Readonly<Record<string, unknown>>, id: string): WireAllowance => {
  const overage = record(row.overage);
  const parts = Object.entries(SHOWN_PARTS).flatMap(([name, names]) => {
    const part = record(row[name]);
    return part === null ? [] : [[name, pick(part, names)] as const];
  });
  return {
    id,
    type: text(row.type),
    name: text(row.name),
    limit: figure(row.download_limit),
    downloadsRemaining: figure(row.downloads_remaining),
    creditsRemaining: figure(row.credits_remaining),
    teamCredits: figure(row.team_credits),
    resetsAt: text(row.download_limit_reset_utc_date),
    expiresAt: text(row.expiration_utc_date),
    overage:
      overage === null
        ? null
        : { limit: figure(overage.limit), remaining: figure(overage.remaining), reached: overage.overages_reached === true },
    raw: { ...pick(row, SHOWN_FIELDS), ...Object.fromEntries(parts) },
  };
};

/** Unlike those to buy under, a row of odd figures stays: the account has it. Null when the reply is no list of products. */
export const readAllowances = (json: unknown): readonly WireAllowance[] | null => {
  const rows = record(json)?.products;
  if (!Array.isArray(rows)) return null;
  const byId = new Map<string, WireAllowance>();
  for (const value of rows) {
    const row = record(value);
    const id = row === null ? null : idText(row.id);
    if (row !== null && id !== null && !byId.has(id)) byId.set(id, readAllowance(row, id));
  }
  return [...byId.values()];
};
