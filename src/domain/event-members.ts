/** The members that the data of events may have, each with its JSON schema. What is not named here never leaves with an event. */
import type { JsonValue } from './canonical-json.js';
import { ASSET_SOURCES } from './ids.js';

type Schema = { readonly [key: string]: JsonValue };

const text = (description: string): Schema => ({ type: ['string', 'null'], description });
const time = (description: string): Schema => ({ type: ['string', 'null'], format: 'date-time', description });
const count = (description: string): Schema => ({ type: ['integer', 'null'], minimum: 0, description });
const yes = (description: string): Schema => ({ type: ['boolean', 'null'], description });
const list = (items: Schema, description: string): Schema => ({ type: ['array', 'null'], items, description });
const anything = (description: string): Schema => ({ description });

const money: Schema = {
  type: ['object', 'null'],
  description: 'What it cost.',
  properties: {
    amount: { type: 'string', description: 'A decimal number.' },
    currency: { type: 'string', description: 'ISO 4217.' },
  },
  required: ['amount', 'currency'],
};
const allocation: Schema = {
  type: ['object', 'null'],
  description: 'Who pays.',
  additionalProperties: { type: ['string', 'null'] },
};

/** Members that every event has. */
export const COMMON_MEMBERS = {
  actor: { type: 'string', description: 'Who did it, as the trail names them.' },
  source: { type: ['string', 'null'], enum: [...ASSET_SOURCES, null], description: 'The source that it is about.' },
  assetId: { type: ['string', 'null'], description: 'Global id of the asset.' },
  licenseId: { type: ['string', 'null'], description: 'Global id of the license.' },
} as const satisfies Readonly<Record<string, Schema>>;

/** Members that some events have; each may be missing where it does not apply. */
export const EVENT_MEMBERS = {
  acceptOverage: yes('Whether more than the allowance may be bought.'),
  after: anything('How it is now.'),
  afterHours: count('Hours that nobody took it in hand.'),
  allocation,
  approvalId: text('Global id of the approval.'),
  assetIds: list({ type: 'string' }, 'Global ids of the assets.'),
  attempts: count('How often it was tried.'),
  before: anything('How it was.'),
  change: text('NEW, UPDATED, METADATA …'),
  channel: text('Where it was used.'),
  channels: list({ type: 'string' }, 'Where it will be used.'),
  code: text('Why, for programs.'),
  commentId: text('Id of the comment.'),
  contentHash: text('Hash of the bytes.'),
  decision: text('What was decided.'),
  detail: anything('What the alert is about.'),
  dueAt: time('When its threshold was reached.'),
  effectiveFrom: time('From when the new terms hold.'),
  effectiveUntil: time('Until when the new terms hold; null: no end is stated.'),
  escalatedAt: time('When it had been left alone too long.'),
  expiresAt: time('Until when it may be bought; null: without end.'),
  fields: list({ type: 'string' }, 'Names of what changed.'),
  found: text('What stands there.'),
  host: text('Where the endpoint is, without its path.'),
  itemId: text('Global id of the item of a request; null: the whole request.'),
  kind: text('Which kind.'),
  length: count('Bytes.'),
  licensedAt: time('When it was bought.'),
  licenseRequestId: text('Global id of the request.'),
  licenseType: text("The source's own name of the kind of license."),
  message: text('Why, for people.'),
  mimeType: text('What the file is.'),
  name: text('What somebody called it.'),
  note: text('What somebody wrote.'),
  occasion: text('What the alert is about, in one word.'),
  onBehalfOf: text('Who had delegated the decision.'),
  operationId: text('Global id of the purchase.'),
  operationKind: text('LICENSE or RELICENSE.'),
  orderNumber: text('Number of the order.'),
  origin: text('How the license came to be.'),
  people: list({ type: 'string' }, 'Who has to do with the asset.'),
  place: text('Field or gallery.'),
  price: money,
  raisedAt: time('When it was raised.'),
  reason: text('Why.'),
  reference: text("The caller's own reference."),
  refused: count('How many the source refused.'),
  replaced: count('How many there were before.'),
  reported: count('How many the source booked.'),
  requestItemId: text('Global id of the item of the request.'),
  resolution: text('How it ended.'),
  returned: yes('Whether it had been withdrawn before.'),
  rule: text('The rule that asks for it.'),
  rulesVersion: count('Version of the rules.'),
  sourceReference: text("The source's own reference."),
  state: text('The state it is in now.'),
  step: anything('The step of the approval.'),
  supersededBy: text('Global id of the license that follows.'),
  supersedes: text('Global id of the license that it follows.'),
  system: text('The system that reported it.'),
  target: text('FIELD or GALLERY.'),
  threshold: count('Days before the end, or percent of the limit.'),
  title: text('What somebody called it.'),
  total: count('How many there are.'),
  unit: text('What is counted.'),
  units: count('How many were charged or used.'),
  value: text('What was written.'),
  variant: text('Form of the file.'),
  variants: anything('The list as it is now.'),
  verdict: text('ALLOWED, DENIED or UNKNOWN.'),
  versions: list({ type: 'integer' }, 'Versions of the terms that were made.'),
  violation: yes('Whether the use was outside of the terms.'),
  withdrawnAt: time('When it was withdrawn.'),
  word: text("The source's own word for it."),
} as const satisfies Readonly<Record<string, Schema>>;
export type EventMember = keyof typeof EVENT_MEMBERS;
