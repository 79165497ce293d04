/** Quotes of a page: what our store holds is not asked for, and each distinct question to a source is asked once. */
import DataLoader from 'dataloader';
import type { Call, Datasource, QuoteRequest } from '../datasources/datasource.js';
import type { TenantSources } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { baseTypeOf, type License } from '../domain/license.js';
import { heldQuote, type LicenseQuote, type QuoteSubject, quoteOf, unavailableQuote } from '../domain/quote.js';
import { termsHash } from '../domain/terms-hash.js';
import { type Database, readInTenant } from '../store/database.js';
import { listLicensesInForce } from '../store/license.store.js';

export interface QuoteQuestion {
  readonly asset: Asset;
  /** Null: the first type that fits. */
  readonly licenseType: string | null;
  /** BCP 47; null: the caller's own. */
  readonly locale: string | null;
  /** What a further license would take, of an asset that is licensed already. */
  readonly again: boolean;
}

export interface QuoteScope {
  readonly db: Database;
  readonly tenantId: TenantId;
  readonly sources: TenantSources;
  readonly call: Call;
  readonly now: () => number;
}

interface Asked {
  readonly question: QuoteQuestion;
  readonly datasource: Datasource;
  readonly subject: QuoteSubject;
}

/** What can be answered without asking anybody, or what is to be asked. */
const prepare = (scope: QuoteScope, question: QuoteQuestion): LicenseQuote | Asked => {
  const { asset } = question;
  const datasource = scope.sources.byConnection(asset.key.connectionId);
  const label = datasource?.profile.label ?? asset.source;
  const types = datasource?.licensing?.typesFor(asset) ?? [];
  const [preferred] = types;
  const licenseType = question.licenseType ?? preferred?.licenseType;
  if (!datasource || licenseType === undefined || !preferred)
    return unavailableQuote(question.licenseType, 'UNSUPPORTED', `${label} does not license this asset by API.`);
  const [type, product, ...rest] = licenseType.split(':');
  const fits = types.some((option) => option.licenseType === type) && rest.length === 0;
  if (!fits || (product !== undefined && !datasource.licensing?.product?.test(product))) {
    const offered = types.map((option) => option.licenseType).join(', ');
    return unavailableQuote(licenseType, 'UNKNOWN_LICENSE_TYPE', `This asset can be licensed as ${offered}.`);
  }
  if (question.again && !datasource.licensing?.traces.relicense)
    return unavailableQuote(licenseType, 'UNSUPPORTED', `${label} does not license an asset again by API.`);
  const subject = { assetId: asset.id, licenseType, termsHash: termsHash(asset.rights), again: question.again, label };
  return { question, datasource, subject };
};

const isQuote = (entry: LicenseQuote | Asked): entry is LicenseQuote => 'kind' in entry;

const licenseFor = ({ subject }: Asked, licenses: readonly License[]): License | undefined =>
  licenses.find(
    (license) => license.assetId === subject.assetId && baseTypeOf(license.licenseType) === baseTypeOf(subject.licenseType),
  );

const fromFault = (licenseType: string, fault: SourceFault): LicenseQuote =>
  unavailableQuote(licenseType, fault.code, fault.message);

/** One batch for each source and language; the answers by the question that asked. */
const askSources = async (scope: QuoteScope, asked: readonly Asked[]): Promise<ReadonlyMap<Asked, LicenseQuote>> => {
  const groups = new Map<string, Asked[]>();
  for (const entry of asked) {
    const name = `${entry.datasource.connectionId}\n${entry.question.locale ?? ''}`;
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  const answers = new Map<Asked, LicenseQuote>();
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const [{ datasource, question }] = group as [Asked, ...Asked[]];
      const distinct = new Map<string, QuoteRequest>();
      const nameOf = ({ subject }: Asked): string => [subject.assetId, subject.licenseType, String(subject.again)].join('\n');
      for (const entry of group)
        distinct.set(nameOf(entry), {
          asset: entry.question.asset,
          licenseType: entry.subject.licenseType,
          again: entry.subject.again,
        });
      const call = question.locale === null ? scope.call : { ...scope.call, locale: question.locale };
      const quotes = await datasource.licensing?.quotes([...distinct.values()], call);
      const byName = new Map([...distinct.keys()].map((name, index) => [name, quotes?.[index]]));
      const at = instantOf(scope.now());
      for (const entry of group) {
        const quote = byName.get(nameOf(entry));
        if (!quote) throw new Error('A source left a quote unanswered.');
        const { subject } = entry;
        answers.set(entry, quote instanceof SourceFault ? fromFault(subject.licenseType, quote) : quoteOf(subject, quote, at));
      }
    }),
  );
  return answers;
};

export const createQuoteLoader = (scope: QuoteScope): DataLoader<QuoteQuestion, LicenseQuote, string> =>
  new DataLoader(
    async (questions) => {
      const prepared = questions.map((question) => prepare(scope, question));
      const asked = prepared.filter((entry): entry is Asked => !isQuote(entry));
      const ours = asked.filter(({ subject }) => !subject.again).map(({ subject }) => subject.assetId);
      const at = instantOf(scope.now());
      const licenses =
        ours.length === 0
          ? []
          : await readInTenant(scope.db, scope.tenantId, (tx) => listLicensesInForce(tx, [...new Set(ours)], at));
      const held = new Map<Asked, LicenseQuote>();
      for (const entry of asked) {
        const license = entry.subject.again ? undefined : licenseFor(entry, licenses);
        if (license) held.set(entry, heldQuote(entry.subject, license, at));
      }
      const answers = await askSources(
        scope,
        asked.filter((entry) => !held.has(entry)),
      );
      return prepared.map((entry) => (isQuote(entry) ? entry : ((held.get(entry) ?? answers.get(entry)) as LicenseQuote)));
    },
    {
      cacheKeyFn: ({ asset, licenseType, locale, again }) =>
        [asset.id, licenseType ?? '', locale ?? '', String(again)].join('\n'),
    },
  );
