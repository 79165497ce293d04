/** A decision as it goes on record: with everything that it depends on, and the digest by which equal ones of a day are one. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { AssetId } from './ids.js';
import type { Instant } from './instant.js';
import type { Rights } from './rights.js';
import { termsHash } from './terms-hash.js';
import { LAST, stretchesOf, type TermsVersion } from './terms-versions.js';
import { type Decision, type Holding, stretchAt, type Use, type UseQuestion } from './use.js';
import { decide } from './use-decision.js';

/** The terms by their hash instead of whole: they are stored once. */
export interface StretchRecord {
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly termsHash: string;
}

export interface RecordedDecision extends Decision {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly licenseUuid: string | null;
  readonly use: Use;
  readonly holding: Holding;
  readonly licensedAt: Instant | null;
  readonly terms: readonly StretchRecord[];
  readonly ownTermsHash: string | null;
  readonly used: Readonly<Record<string, number>>;
  readonly firstUsedAt: Instant | null;
  readonly decidedAt: Instant;
}

/** Everything of a question but the use. */
export type Standing = Omit<UseQuestion, 'use'>;

export interface HeldTerms {
  readonly cancelled: boolean;
  /** When another license followed; null: none did. */
  readonly supersededAt: Instant | null;
  readonly licensedAt: Instant;
  /** Oldest first. */
  readonly versions: readonly TermsVersion[];
  readonly used: UseQuestion['used'];
  readonly firstUsedAt: Instant | null;
}

/** How a license stands at a time, by everything on record: a clock that lags behind must not hide what another process has written. */
export const standingOf = (
  { cancelled, supersededAt, licensedAt, versions, used, firstUsedAt }: HeldTerms,
  at: Instant,
): Standing => {
  const recordedAt = versions[0]?.recordedAt ?? licensedAt;
  return {
    at,
    holding: cancelled ? 'CANCELLED' : supersededAt !== null && supersededAt <= at ? 'SUPERSEDED' : 'LICENSE',
    licensedAt: licensedAt < recordedAt ? licensedAt : recordedAt,
    terms: stretchesOf(versions, LAST),
    used,
    firstUsedAt,
  };
};

/** The answer with everything that it depends on. */
export const decisionOf = (
  standing: Standing,
  use: Use,
  subject: Pick<RecordedDecision, 'assetId' | 'licenseUuid'>,
): Omit<RecordedDecision, 'uuid'> => {
  const { at, terms, ownTerms, ...rest } = standing;
  return {
    ...decide({ ...standing, use }),
    ...subject,
    ...rest,
    use,
    terms: stretchRecords({ terms }),
    ownTermsHash: ownTerms ? termsHash(ownTerms) : null,
    decidedAt: at,
  };
};

/** The terms that a decision rests on. */
export const rightsIn = ({ terms, ownTerms }: Standing): readonly Rights[] => [
  ...terms.map(({ rights }) => rights),
  ...(ownTerms ? [ownTerms] : []),
];

/** All of them by their hash. */
export const termsByHash = (all: readonly Rights[]): ReadonlyMap<string, Rights> =>
  new Map(all.map((rights) => [termsHash(rights), rights]));

export const stretchRecords = ({ terms }: Pick<UseQuestion, 'terms'>): readonly StretchRecord[] =>
  terms.map(({ from, until, rights }) => ({ from, until, termsHash: termsHash(rights) }));

/** The terms that apply when the use starts; they name the answer. Before the first stretch it is the first. */
export const leadingTermsHash = ({ terms, use, decidedAt }: Pick<RecordedDecision, 'terms' | 'use' | 'decidedAt'>): string =>
  (stretchAt(terms, use.startsAt ?? decidedAt) as StretchRecord).termsHash;

/** The same question in other words of the same answer is the same decision: the clock and the messages are left out. */
export const decisionDigest = (decision: Omit<RecordedDecision, 'uuid'>): Buffer => {
  const { decidedAt: _clock, reasons, ...rest } = decision;
  const facts = { ...rest, reasons: reasons.map(({ message: _words, ...reason }) => reason) };
  return createHash('sha256')
    .update(canonicalJson(facts as unknown as JsonValue))
    .digest();
};

/** What a replay compares: everything of an answer but its words. */
export const answerText = ({ verdict, reasons, duties, rulesVersion }: Decision): string =>
  canonicalJson({
    verdict,
    rulesVersion,
    reasons: reasons.map(({ code, effect, field, origin }) => ({ code, effect, field, origin })),
    duties: duties.map(({ kind, text }) => ({ kind, text })),
  });
