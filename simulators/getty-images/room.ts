/** What the endpoints of one simulator share. */
import type { SimHost } from '../kit/types.js';
import type { Account } from './account.js';
import type { Bookings } from './bookings.js';
import type { Catalogue } from './catalogue.js';
import type { Delivery } from './delivery.js';
import type { FieldPlan, FieldTable } from './fields.js';
import type { Guard } from './guard.js';
import type { Media } from './media.js';
import type { Renderer } from './render.js';
import type { SwitchName } from './switches.js';

export interface Room {
  readonly host: SimHost;
  readonly guard: Guard;
  readonly catalogue: Catalogue;
  readonly account: Account;
  readonly bookings: Bookings;
  readonly delivery: Delivery;
  readonly media: Media;
  readonly renderer: Renderer;
  readonly fieldPlan: (table: FieldTable, query: URLSearchParams) => FieldPlan;
  readonly switched: (name: SwitchName) => string | number | boolean;
}
