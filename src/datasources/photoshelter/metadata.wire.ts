/** The shapes of PhotoShelter's metadata replies, read from unknown: IPTC, metadata of non-images, custom metadata and its definitions. */

type Row = Readonly<Record<string, unknown>>;
const record = (value: unknown): Row | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const attributesIn = (json: unknown): Row | null => record(record(record(json)?.data)?.attributes);

/** Values by name; a list is one text. Null: the reply is no reply of ours. A medium without such metadata has none. */
export const readAttributes = (json: unknown): Readonly<Record<string, string>> | null => {
  const body = record(json);
  if (body === null) return null;
  return Object.fromEntries(
    Object.entries(attributesIn(body) ?? {}).flatMap(([name, value]): [string, string][] => {
      const said = Array.isArray(value) ? value.filter((word) => typeof word === 'string').join(', ') : text(value);
      return said === null || said === '' ? [] : [[name, said]];
    }),
  );
};

export interface WireCustomItem {
  /** The field's id or its name: which of the two an account says is not documented. */
  readonly fieldId: string | null;
  readonly fieldName: string | null;
  readonly value: string;
}

/** Null: an item names no field, so that nothing can be told of any of them. */
export const readCustomItems = (json: unknown): readonly WireCustomItem[] | null => {
  const body = record(json);
  if (body === null) return null;
  const items = attributesIn(body)?.custom_metadata;
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) return null;
  const read: WireCustomItem[] = [];
  for (const entry of items) {
    const item = record(entry);
    const value = text(item?.value);
    const [fieldId, fieldName] = [text(item?.field_id) ?? text(item?.id), text(item?.name) ?? text(item?.field_name)];
    if (value === null) continue;
    if (fieldId === null && fieldName === null) return null;
    read.push({ fieldId, fieldName, value });
  }
  return read;
};

export interface WireField {
  readonly id: string;
  readonly name: string;
  /** Null: not stated here. */
  readonly options: readonly string[] | null;
  readonly takesText: boolean;
}

const valuesOf = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.flatMap((option) => text(record(option)?.value) ?? []) : null;

/** The organization's own fields; built-in ones are listed with them under other categories. Null: no list. */
export const readFields = (json: unknown): readonly WireField[] | null => {
  const data = record(json)?.data;
  if (!Array.isArray(data)) return null;
  return data.flatMap((entry): WireField[] => {
    const row = record(entry);
    const attributes = record(row?.attributes);
    const [id, name] = [text(row?.id), text(attributes?.name)];
    if (id === null || name === null || attributes?.category !== 'metadata') return [];
    return [{ id, name, options: valuesOf(attributes.options), takesText: attributes.field_type === 'text' }];
  });
};

/** Options by the id of their field, where the fields do not list them. */
export const readFieldValues = (json: unknown): ReadonlyMap<string, readonly string[]> | null => {
  const data = record(json)?.data;
  if (!Array.isArray(data)) return null;
  const byField = new Map<string, string[]>();
  for (const entry of data) {
    const attributes = record(record(entry)?.attributes);
    const [fieldId, value] = [text(attributes?.field_id), text(attributes?.value)];
    if (fieldId !== null && value !== null) byField.set(fieldId, [...(byField.get(fieldId) ?? []), value]);
  }
  return byField;
};
