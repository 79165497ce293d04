/**
 * Metadata of one PhotoShelter medium, read and written: IPTC (`iptc.caption`) and the organization's own fields by their names. No public
 * source settles where a change puts its fields, so a setting decides.
 */
import type { Call, MetadataChange, MetadataField, MetadataWriting } from '../datasource.js';
import { parseJson } from '../http/json.js';
import type { HttpReply } from '../http/send.js';
import type { PhotoShelterClient, PhotoShelterConfig, WriteRequest } from './client.js';
import { badReply, errorOf, faultOf, notOffered } from './faults.js';
import { readAttributes, readCustomItems, readFields, readFieldValues, type WireField } from './metadata.wire.js';
import { readKeywords } from './wire.js';

const IPTC_PREFIX = 'iptc.';
/** By the names of the vendor's search parameters. */
const IMAGE_NAMES = [
  'title',
  'headline',
  'caption',
  'caption_writer',
  'keywords',
  'author',
  'position',
  'credit',
  'source',
  'copyright',
  'rights',
  'instructions',
  'trans_ref',
  'category',
  'city',
  'state',
  'country',
] as const;
const OTHER_NAMES = ['title', 'caption', 'keywords', 'author', 'credit', 'copyright', 'rights'] as const;
/** How long the definitions of fields are believed. */
const FIELDS_MS = 300_000;

const isImage = (externalId: string): boolean => externalId.startsWith('I0');

/** The request that changes the fields, in the form that the account takes. */
const patchOf = (
  form: NonNullable<PhotoShelterConfig['patchBody']>,
  endpoint: string,
  path: string,
  fields: Readonly<Record<string, string>>,
): WriteRequest => {
  const base = { endpoint, method: 'PATCH' as const };
  const names = new URLSearchParams(fields).toString();
  if (form === 'query') return { ...base, path: `${path}?${names}` };
  if (form === 'flat') return { ...base, path, contentType: 'application/x-www-form-urlencoded', body: names };
  return { ...base, path, contentType: 'application/json', body: JSON.stringify({ data: { attributes: fields } }) };
};

export const createMetadata = (
  config: Pick<PhotoShelterConfig, 'patchBody'>,
  { client, now }: { readonly client: PhotoShelterClient; readonly now: () => number },
): MetadataWriting => {
  const form = config.patchBody ?? 'query';
  let known: { readonly fields: Promise<readonly WireField[]>; readonly at: number } | undefined;

  const parsed = <T>(endpoint: string, reply: HttpReply, read: (json: unknown) => T | null): T => {
    if (reply.status !== 200 || errorOf(reply) !== null) throw faultOf(reply, now());
    let json: unknown;
    try {
      json = parseJson(reply.text);
    } catch {
      throw badReply(endpoint);
    }
    const value = read(json);
    if (value === null) throw badReply(endpoint);
    return value;
  };

  const loadFields = async (call: Call): Promise<readonly WireField[]> => {
    const fields = parsed('metadata-fields', await client.get('metadata-fields', 'metadata/fields', call), readFields);
    if (fields.every(({ options, takesText }) => options !== null || takesText)) return fields;
    const values = parsed('metadata-values', await client.get('metadata-values', 'metadata/values', call), readFieldValues);
    return fields.map((field) => ({ ...field, options: field.options ?? values.get(field.id) ?? null }));
  };

  const customFields = (call: Call): Promise<readonly WireField[]> => {
    if (known === undefined || now() - known.at > FIELDS_MS) {
      const fields = loadFields(call);
      known = { fields, at: now() };
      // A failure is nobody's definition.
      fields.catch(() => {
        known = undefined;
      });
    }
    return known.fields;
  };

  /** The values of a medium; a 404 of one of these may only mean that it has none. */
  const valuesAt = async <T>(
    endpoint: string,
    path: string,
    none: T,
    read: (json: unknown) => T | null,
    call: Call,
  ): Promise<T> => {
    const reply = await client.get(endpoint, path, call);
    return reply.status === 404 ? none : parsed(endpoint, reply, read);
  };

  const read: MetadataWriting['read'] = async (externalId, call) => {
    const id = encodeURIComponent(externalId);
    if ((await client.media(externalId, client.signIns(), call)) === null) return null;
    const [endpoint, names] = isImage(externalId) ? (['iptc', IMAGE_NAMES] as const) : (['metadata', OTHER_NAMES] as const);
    const [fields, described, custom] = await Promise.all([
      customFields(call),
      valuesAt(endpoint, `media/${id}/${endpoint}`, {}, readAttributes, call),
      valuesAt('custom-metadata', `media/${id}/custom-metadata`, [], readCustomItems, call),
    ]);
    const heldIn = ({ id: fieldId, name }: WireField): string | null =>
      custom.find((item) => item.fieldId === fieldId)?.value ??
      custom.find((item) => item.fieldId === null && item.fieldName?.toLowerCase() === name.toLowerCase())?.value ??
      null;
    return [
      ...names.map(
        (name): MetadataField => ({
          name: `${IPTC_PREFIX}${name}`,
          value: described[name] ?? null,
          writable: true,
          options: null,
        }),
      ),
      ...fields.map(
        (field): MetadataField => ({
          name: field.name,
          value: heldIn(field),
          writable: true,
          options: field.options !== null && field.options.length > 0 ? field.options : null,
        }),
      ),
    ];
  };

  const send = async (request: WriteRequest, call: Call): Promise<void> => {
    const reply = await client.write(request, call);
    if (reply.status >= 300 || errorOf(reply) !== null) throw faultOf(reply, now());
  };

  const write: MetadataWriting['write'] = async (externalId, changes, call) => {
    const path = `media/${encodeURIComponent(externalId)}`;
    const fields = await customFields(call);
    const valuesOf = (wanted: readonly MetadataChange[], keyOf: (name: string) => string): Readonly<Record<string, string>> =>
      Object.fromEntries(wanted.map(({ name, value }) => [keyOf(name), value ?? '']));
    const keyOf = (name: string): string => {
      const field = fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (field === undefined) throw notOffered(`has no metadata field ${name}.`);
      return field.id;
    };
    const described = changes.filter(({ name }) => name.startsWith(IPTC_PREFIX));
    const custom = changes.filter((change) => !described.includes(change));
    // Looked up before anything is sent: a name that does not exist must not leave half of a change behind.
    const customValues = valuesOf(custom, keyOf);
    const endpoint = isImage(externalId) ? 'iptc' : 'metadata';
    if (described.length > 0) {
      const values = valuesOf(described, (name) => name.slice(IPTC_PREFIX.length));
      await send(patchOf(form, `${endpoint}-update`, `${path}/${endpoint}`, values), call);
    }
    if (custom.length > 0) await send(patchOf(form, 'custom-metadata-update', `${path}/custom-metadata`, customValues), call);
  };

  return {
    read,
    write,
    isSame: (name, written, stands) => {
      if (name === `${IPTC_PREFIX}keywords`) return readKeywords(written).join('\n') === readKeywords(stands).join('\n');
      return (written ?? '') === (stands ?? '');
    },
  };
};
