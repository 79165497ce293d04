/** Where in a work a picture stands, and how large, by the keys of Smint.io. Their spelling is the source's. Pure. */
import { wordVocabulary } from './vocabulary.js';

const below = (group: string, words: string): readonly string[] => words.split(' ').map((word) => `${group}_${word}`);

export const PLACEMENTS = wordVocabulary({
  leaves: [
    ...below('circulation', 'once twice episode_one season_half season_full season_three season_five'),
    ...below('circulation', 'followers_under_one_million followers_above_one_million release_first release_secondary'),
    'exhibit_web',
    ...below('page', 'home front cover secondary inside repeated additional_material'),
    ...below('placement', 'prominent prominent_multiple background background_multiple'),
    ...below('type', 'documentary educational feature_entertainment'),
  ],
  everything: ['any'],
});

export const SIZES = wordVocabulary({
  leaves: [
    ...below('ad', 'eigth quarter half full'),
    'banner_side',
    ...below('page', 'sixteenth eigth quarter half full double wrap_around'),
    ...below('resolution', 'low medium high'),
    ...below('size', 'small medium large mural'),
  ],
  everything: ['any'],
});
