/** What Adobe Stock sells: quotes, the look before a purchase, the purchase itself, and what the history shows of it afterwards. */
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import type { Call, LicenseReply, Licensing, Quote, QuoteRequest } from '../datasource.js';
import type { HttpReply, SourceHttp } from '../http/send.js';
import { type AdobeStockClient, isOwnAnswer } from './client.js';
import { asFault, badReply, errorOf, faultOf, notSaidAgain } from './faults.js';
import { readPurchasesSince } from './history.js';
import { type Holding, heldIn, heldInBulk, mapHistoryRow, mapPurchase, mapQuote } from './licensing.map.js';
import { licenseTypesFor } from './map.js';
import { contentsReply, purchaseOf, type WireProfile } from './wire.js';

interface LicensingDeps {
  readonly client: AdobeStockClient;
  readonly http: SourceHttp;
  readonly now: () => number;
  readonly timeZone: string;
  readonly alternativeLicenses: boolean;
  /** Told where the file of a license is. */
  readonly remember: (id: string, licenseType: string, address: string) => void;
}

// ---------- quotes ----------

interface Told {
  readonly profile: WireProfile;
  /** The source's words in the caller's language. */
  readonly message: string | null;
}

/**
 * Prices and units stand in words alone, and are read where the words are the office's, whatever the caller speaks: a quote comes to the same
 * in every language. So a caller of another language costs a second question.
 */
const askProfile = async (client: AdobeStockClient, id: string, licenseType: string, call: Call): Promise<Told> => {
  const { locale: _, ...office } = call;
  const [profile, words] = await Promise.all([
    client.memberProfile(id, licenseType, office),
    client.isOfficeLanguage(call) ? undefined : client.memberProfile(id, licenseType, call),
  ]);
  return { profile, message: (words ?? profile).purchase_options.message };
};

const quoteOf = ({ profile, message }: Told, licenseType: string, holding: Holding): Quote => {
  const quote = mapQuote(profile, licenseType, holding);
  if (quote === null) throw badReply('member-profile', profile.purchase_options.state);
  return { ...quote, message };
};

/** One question for each asset and type; what is held is known from the read of the assets, so that nothing is asked for it. */
const quotesOf = async (
  client: AdobeStockClient,
  requests: readonly QuoteRequest[],
  call: Call,
): Promise<readonly (Quote | SourceFault)[]> => {
  const answers = new Map<string, Promise<Told>>();
  const profileOf = ({ externalId }: Asset, licenseType: string): Promise<Told> => {
    const question = `${externalId}\n${licenseType}`;
    const answer = answers.get(question) ?? askProfile(client, externalId, licenseType, call);
    answers.set(question, answer);
    return answer;
  };
  return Promise.all(
    requests.map(async ({ asset, licenseType, again }) => {
      try {
        const raw = { isLicensed: asset.sourceLicense?.raw ?? null };
        const held = heldInBulk(asset, licenseType);
        return quoteOf(await profileOf(asset, licenseType), licenseType, { held, again: again ?? false, raw });
      } catch (error) {
        return asFault(error);
      }
    }),
  );
};

// ---------- a purchase ----------

/** Codes by which the service says that this asset cannot be had under this license: an answer, not a fault. */
const REFUSAL_CODES = new Set(['20', '100']);

const readPurchase = (http: SourceHttp, reply: HttpReply, id: string) => {
  const parsed = contentsReply.safeParse(http.json(reply, 'content-license'));
  const purchase = parsed.success ? purchaseOf(parsed.data, id) : null;
  if (!parsed.success || purchase === null) throw badReply('content-license');
  return { purchase, entitlement: parsed.data.available_entitlement };
};

interface Asked {
  readonly id: string;
  readonly licenseType: string;
  readonly again: boolean;
}

/** Branches on the state and never on the status: a refusal is a success of HTTP. */
const licenseReplyOf = (reply: HttpReply, { id, licenseType, again }: Asked, deps: LicensingDeps): LicenseReply => {
  const error = errorOf(reply);
  if (error?.layer === 'service' && reply.status < 500 && REFUSAL_CODES.has(error.code)) {
    const message = error.message ?? 'Adobe Stock refuses this license.';
    return { kind: 'refused', code: error.code, message, raw: { status: reply.status, code: error.code, case: error.incident } };
  }
  if (reply.status >= 300) throw faultOf(reply, deps.now());
  // A page in place of the service: nobody knows what became of the request.
  if (!isOwnAnswer(reply)) throw badReply('content-license');
  const { purchase, entitlement } = readPurchase(deps.http, reply, id);
  const mapped = mapPurchase(purchase, entitlement, licenseType, deps.timeZone);
  if (mapped === null) throw badReply('content-license', purchase.state);
  if (again && mapped.kind === 'already_held') throw notSaidAgain(purchase.state);
  if (mapped.kind !== 'refused' && purchase.url !== null) deps.remember(id, mapped.licenseType, purchase.url);
  return mapped;
};

export const createLicensing = (deps: LicensingDeps): Licensing => {
  const { client, timeZone } = deps;
  return {
    traces: { license: 'held', relicense: 'count' },
    typesFor: (asset) => licenseTypesFor(asset, deps.alternativeLicenses),
    quotes: (requests, call) => quotesOf(client, requests, call),

    baseline: async ({ asset, licenseType, again }, call) => {
      const id = asset.externalId;
      const [member, info] = await Promise.all([
        askProfile(client, id, licenseType, call),
        client.contentInfo(id, licenseType, call),
      ]);
      const purchase = purchaseOf(info, id);
      const told = purchase === null ? null : { state: purchase.state, license: purchase.license, date: purchase.date };
      return quoteOf(member, licenseType, { held: heldIn(purchase, licenseType, timeZone), again, raw: { purchase: told } });
    },

    purchasesSince: async ({ asset, licenseType }, since, call) => {
      const rows = await readPurchasesSince(client, { id: asset.externalId, licenseType, since, timeZone }, call);
      return rows.map((row) => mapHistoryRow(row, asset.key.connectionId, timeZone));
    },

    license: async ({ asset, licenseType, references, again }, call) => {
      const id = asset.externalId;
      const reply = await client.contentLicense({ id, licenseType, references, again }, call);
      return licenseReplyOf(reply, { id, licenseType, again }, deps);
    },
  };
};
