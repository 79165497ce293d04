/** The references an organisation may demand with every license. */
import type { SimRequest } from '../kit/types.js';
import type { Profile } from './accounts.js';

export interface Reference {
  readonly id: string;
  readonly value: string;
}

interface Field {
  /** A number here, a text in what the caller sends. */
  readonly id: number;
  readonly text: string;
  readonly required: boolean;
}

const FIELDS: readonly Field[] = [
  { id: 2, text: 'Project', required: true },
  { id: 4, text: 'Client', required: false },
];

export const referenceFields = (profile: Profile): readonly Field[] => (profile.kind === 'references-required' ? FIELDS : []);

const readOne = (entry: unknown): Reference | undefined => {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('value' in entry)) return undefined;
  const { id, value } = entry;
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof value !== 'string') return undefined;
  return { id: String(id), value };
};

/** What the body says, whatever its content type claims; undefined when it is not what it should be. */
export const readReferences = (request: SimRequest): readonly Reference[] | undefined => {
  if (request.body.length === 0) return [];
  let body: unknown;
  try {
    body = request.json();
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const list = 'cce_agency' in body ? body.cce_agency : [];
  if (!Array.isArray(list)) return undefined;
  const read = list.map(readOne);
  return read.every((entry) => entry !== undefined) ? read : undefined;
};

export const lacksReference = (profile: Profile, references: readonly Reference[]): boolean =>
  referenceFields(profile).some(
    (field) => field.required && !references.some((given) => given.id === String(field.id) && given.value.trim() !== ''),
  );
