/** What was bought, read back from the ledger: one place that writes its details and one that reads them. */
import type { LedgerEntry, SimHost } from '../kit/types.js';
import { ACCOUNT, type Account } from './account.js';
import type { GettyAsset, Media } from './asset.js';
import { isRecord } from './params.js';

/** download: through the API or by a colleague · order: bought from sales · extended: extended licenses for credits */
type BookingKind = 'download' | 'order' | 'extended';

interface BookingDetail {
  readonly kind: BookingKind;
  readonly mediaType: Media;
  readonly productId: number | null;
  readonly productType: string | null;
  readonly agreementName: string | null;
  readonly licenseModel: string;
  readonly downloadNotes: string | null;
  readonly projectCode: string | null;
  readonly size: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly chargedTo: string;
  readonly credits: number;
  readonly teamCredits: boolean;
  /** `api` for the gateway's own user, otherwise a colleague. */
  readonly user: 'api' | 'colleague';
  readonly orderId: string | null;
  readonly extendedLicenses: readonly string[];
  /** Whether the product asked for a note or a project code at that moment. */
  readonly required: boolean;
}

export interface Booking extends BookingDetail {
  readonly assetId: string;
  /** Milliseconds. */
  readonly at: number;
}

export interface Bookings {
  /** Writes the ledger; to be called in the same synchronous step as the charge. */
  book(
    asset: GettyAsset,
    licenseType: string,
    units: number,
    detail: Partial<BookingDetail> & { readonly kind: BookingKind },
  ): Booking;
  all(): readonly Booking[];
  of(media: Media, assetId: string): readonly Booking[];
}

const EMPTY: Omit<BookingDetail, 'kind' | 'mediaType' | 'licenseModel'> = {
  productId: null,
  productType: null,
  agreementName: null,
  downloadNotes: null,
  projectCode: null,
  size: null,
  width: null,
  height: null,
  chargedTo: 'none',
  credits: 0,
  teamCredits: false,
  user: 'api',
  orderId: null,
  extendedLicenses: [],
  required: false,
};

/** Entries were written by `book`, in this run or an earlier one; the shape is ours. */
const bookingOf = (entry: LedgerEntry): Booking | null =>
  isRecord(entry.detail) && typeof entry.detail.kind === 'string'
    ? { ...(entry.detail as unknown as BookingDetail), assetId: entry.assetId, at: Date.parse(entry.at) }
    : null;

export const createBookings = (host: SimHost, account: Account): Bookings => {
  const all: Booking[] = [];
  const byAsset = new Map<string, Booking[]>();
  const keep = (booking: Booking): Booking => {
    all.push(booking);
    const key = `${booking.mediaType}:${booking.assetId}`;
    const list = byAsset.get(key);
    if (list === undefined) byAsset.set(key, [booking]);
    else list.push(booking);
    return booking;
  };

  for (const entry of host.ledger.entries()) {
    const booking = bookingOf(entry);
    if (booking === null) continue;
    keep(booking);
    if (booking.productId !== null) account.replay(booking.productId, booking.credits, booking.teamCredits, booking.at);
  }

  return {
    book: (asset, licenseType, units, detail) => {
      const whole: BookingDetail = { ...EMPTY, mediaType: asset.media, licenseModel: asset.licenseModel, ...detail };
      const entry = host.ledger.append({ account: ACCOUNT, assetId: asset.id, licenseType, units, detail: { ...whole } });
      return keep({ ...whole, assetId: asset.id, at: Date.parse(entry.at) });
    },
    all: () => all,
    of: (media, assetId) => byAsset.get(`${media}:${assetId}`) ?? [],
  };
};
