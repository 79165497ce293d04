/** What every endpoint of this simulator shares. */
import type { SimHost } from '../kit/types.js';
import type { Accounts } from './accounts.js';
import type { Catalogue } from './catalogue.js';
import type { Finder } from './finder.js';
import type { Purchases } from './purchases.js';
import type { RowPlans } from './rows.js';
import { type SwitchName, switchValue } from './switches.js';
import type { Tickets } from './tickets.js';
import type { Tokens } from './tokens.js';

export interface Desk {
  readonly host: SimHost;
  readonly accounts: Accounts;
  readonly catalogue: Catalogue;
  readonly finder: Finder;
  readonly rowPlans: RowPlans;
  readonly purchases: Purchases;
  readonly tokens: Tokens;
  readonly tickets: Tickets;
  /** When the last order of `organization:contentId` failed after it had been taken. */
  readonly cancelled: Map<string, number>;
}

export const isSwitched = (desk: Desk, name: SwitchName, value: string | number | boolean): boolean =>
  switchValue(desk.host, name) === value;
