/** v3 `extend`: a JSON object that names the further records wanted, their fields and parameters. */

import { isRecord } from './answer.js';
import type { Call } from './call.js';
import type { Media } from './media.js';
import { badRequest } from './refusal.js';
import { MEDIA_RECORDS, type V3Record } from './v3.records.js';

export interface Wish {
  readonly record: string;
  /** Undefined: all. */
  readonly fields: readonly string[] | undefined;
  readonly params: V3Record;
}

/** Record types of containers and lists, accepted beside those of media. */
const OTHER_RECORDS = new Set([
  'KeyImage',
  'Visibility',
  'Permission',
  'Children',
  'Gallery',
  'Collection',
  'MediaCount',
  'GalleryImage',
  'Group',
  'CommentCount',
]);

const fieldsOf = (given: unknown): readonly string[] | undefined =>
  typeof given !== 'string' || given === '*' || given === '' ? undefined : given.split(',').map((name) => name.trim());

const broken = (call: Call, why: string): readonly Wish[] => {
  if (call.setting.is('v3-bad-extend', 'error')) throw badRequest(why);
  return [];
};

export const wishesOf = (call: Call): readonly Wish[] => {
  const text = call.query('extend');
  if (text === undefined) return [];
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return broken(call, 'extend is not JSON');
  }
  if (!isRecord(given)) return broken(call, 'extend must be an object');
  return Object.entries(given).flatMap(([record, wish]): readonly Wish[] => {
    if (!MEDIA_RECORDS.has(record) && !OTHER_RECORDS.has(record)) return broken(call, `extend does not know ${record}`);
    const { fields, params } = isRecord(wish) ? wish : {};
    return [{ record, fields: fieldsOf(fields), params: isRecord(params) ? params : {} }];
  });
};

export const pickFields = (record: V3Record, fields: readonly string[] | undefined): V3Record =>
  fields === undefined ? record : Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)));

const isEmpty = (made: V3Record | readonly V3Record[]): boolean =>
  (Array.isArray(made) ? made.length : Object.keys(made).length) === 0;

/** The wanted records of one medium by name; an empty one is absent, null or an empty list, by switch. */
export const extensions = (call: Call, media: Media, wishes: readonly Wish[]): V3Record => {
  const result: Record<string, unknown> = {};
  for (const { record, fields, params } of wishes) {
    const made = MEDIA_RECORDS.get(record)?.(call.setting, media, params);
    if (made === undefined) continue;
    if (isEmpty(made)) {
      if (call.setting.is('v3-empty-record', 'null')) result[record] = null;
      else if (call.setting.is('v3-empty-record', 'empty-list')) result[record] = [];
      continue;
    }
    result[record] = Array.isArray(made)
      ? made.map((item: V3Record) => pickFields(item, fields))
      : pickFields(made as V3Record, fields);
  }
  return result;
};

export const hasWish = (wishes: readonly Wish[], record: string): boolean => wishes.some((wish) => wish.record === record);
