/** All planted mistakes. */
import { BUYING } from './bugs.buying.js';
import type { Bug } from './bugs.kit.js';
import { SETTLING } from './bugs.settling.js';

export const BUGS: readonly Bug[] = [...BUYING, ...SETTLING];
