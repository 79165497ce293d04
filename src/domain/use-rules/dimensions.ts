/** The lists of the terms: which field of a use each answers, in which vocabulary, and how it is called. */
import type { Use } from '../use.js';
import { CHANNELS } from '../vocabulary/channels.js';
import { INDUSTRIES } from '../vocabulary/industries.js';
import { LANGUAGES } from '../vocabulary/languages.js';
import { PLACEMENTS, SIZES } from '../vocabulary/layouts.js';
import { TERRITORIES } from '../vocabulary/territories.js';
import { USAGES } from '../vocabulary/usages.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';

export interface Dimension {
  /** What its codes begin with. */
  readonly prefix: string;
  readonly field: 'channels' | 'usages' | 'placements' | 'sizes' | 'territories' | 'industries' | 'languages';
  readonly one: string;
  readonly many: string;
  readonly vocabulary: Vocabulary;
  /** Null: the use leaves it out. */
  readonly asked: (use: Use) => string | readonly string[] | null;
  /** Takes part even if neither the use nor the terms say anything. */
  readonly isAlwaysAnswered: boolean;
}

type Described = [
  prefix: string,
  field: Dimension['field'],
  one: string,
  many: string,
  vocabulary: Vocabulary,
  asked: Dimension['asked'],
];

const DESCRIBED: readonly Described[] = [
  ['CHANNEL', 'channels', 'channel', 'channels', CHANNELS, ({ channel }) => channel],
  ['USAGE', 'usages', 'usage', 'usages', USAGES, ({ usage }) => usage],
  ['PLACEMENT', 'placements', 'placement', 'placements', PLACEMENTS, ({ placement }) => placement],
  ['SIZE', 'sizes', 'size', 'sizes', SIZES, ({ size }) => size],
  ['TERRITORY', 'territories', 'territory', 'territories', TERRITORIES, ({ territories }) => territories],
  ['INDUSTRY', 'industries', 'industry', 'industries', INDUSTRIES, ({ industry }) => industry],
  ['LANGUAGE', 'languages', 'language', 'languages', LANGUAGES, ({ language }) => language],
];

export const DIMENSIONS: readonly Dimension[] = DESCRIBED.map(([prefix, field, one, many, vocabulary, asked]) => ({
  prefix,
  field,
  one,
  many,
  vocabulary,
  asked,
  isAlwaysAnswered: field === 'channels' || field === 'territories',
}));
