/** Everything a handler of this simulator works with: the host, the library, the sessions, the rate meter. */

import type { SimHost } from '../kit/types.js';
import type { Library } from './library.js';
import type { RateMeter } from './rate.js';
import type { Sessions } from './sessions.js';
import type { SwitchName } from './switches.js';

export interface Setting {
  readonly host: SimHost;
  readonly library: Library;
  readonly sessions: Sessions;
  readonly rate: RateMeter;
  readonly apiKey: string;
  is(name: SwitchName, value: string | number | boolean): boolean;
  number(name: SwitchName): number;
  /** Downloads made through a permission, by permission id. */
  readonly downloads: Map<string, number>;
  /** Signed addresses of film and sound, by media id. */
  readonly tickets: Map<string, { readonly secret: string; readonly endsAt: number }>;
}
