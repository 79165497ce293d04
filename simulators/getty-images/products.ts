/** The products of the account, as the vendor lists them, and when their allowances start anew. */

interface Overage {
  readonly limit: number;
  readonly remaining: number;
  readonly count: number;
  readonly overages_reached: boolean;
}

export interface Requirements {
  readonly is_note_required: boolean;
  readonly is_project_code_required: boolean;
  readonly project_codes: readonly string[] | null;
}

export const PRODUCT_TYPES = [
  'easyaccess',
  'editorialsubscription',
  'imagepack',
  'premiumaccess',
  'royaltyfreesubscription',
  'creditpack',
  'aigen',
] as const;
type ProductType = (typeof PRODUCT_TYPES)[number];

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly type: ProductType;
  readonly status: 'active' | 'inactive';
  readonly agreement_name: string | null;
  readonly application_website: string | null;
  readonly expiration_utc_date: string | null;
  readonly download_limit: number | null;
  readonly downloads_remaining: number | null;
  readonly download_limit_duration: 'week' | 'month' | null;
  readonly download_limit_reset_utc_date: string | null;
  readonly overage: Overage | null;
  readonly download_requirements: Requirements;
  readonly ai_gen_requirements: null;
  readonly credits_remaining: number | null;
  readonly team_credits: number | null;
  readonly imagepack_resolution: string | null;
}

export type ProductChange = { readonly id: number } & { readonly [K in keyof Product]?: Product[K] };

/** The product that the switch `project-code-required` acts on. */
export const PREMIUM_ACCESS = 3101;
export const CREDIT_PACK = 3106;

/** Start of the next month, or of the next Monday, in UTC. */
export const nextReset = (now: number, duration: 'week' | 'month'): string => {
  const date = new Date(now);
  const days = (8 - date.getUTCDay()) % 7 || 7;
  const at =
    duration === 'month'
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
      : Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days);
  return new Date(at).toISOString().replace('.000', '');
};

const NO_REQUIREMENTS: Requirements = { is_note_required: false, is_project_code_required: false, project_codes: [] };

const product = (
  now: number,
  limits: 'week' | 'month' | null,
  given: Pick<Product, 'id' | 'name' | 'type'> & Partial<Product>,
): Product => ({
  status: 'active',
  agreement_name: 'Northwind Media Agreement',
  application_website: 'gettyimages.com',
  expiration_utc_date: `${new Date(now).getUTCFullYear() + 2}-01-12T08:00:00Z`,
  download_limit: null,
  downloads_remaining: null,
  download_limit_duration: limits,
  download_limit_reset_utc_date: limits === null ? null : nextReset(now, limits),
  overage: null,
  download_requirements: NO_REQUIREMENTS,
  ai_gen_requirements: null,
  credits_remaining: null,
  team_credits: null,
  imagepack_resolution: null,
  ...given,
});

const codes = (...project_codes: readonly string[]): Requirements => ({ ...NO_REQUIREMENTS, project_codes });

export const startingProducts = (now: number): readonly [Product, ...Product[]] => [
  product(now, 'month', {
    id: PREMIUM_ACCESS,
    name: 'Premium Access',
    type: 'premiumaccess',
    download_limit: 500,
    downloads_remaining: 500,
    download_requirements: codes('ALPHA', 'BETA', 'GAMMA'),
  }),
  product(now, 'week', { id: 3102, name: 'Easy Access', type: 'easyaccess', download_limit: 60, downloads_remaining: 60 }),
  product(now, null, {
    id: 3103,
    name: 'Image Pack 2019',
    type: 'imagepack',
    status: 'inactive',
    agreement_name: null,
    expiration_utc_date: '2020-03-31T00:00:00Z',
    download_limit: 25,
    downloads_remaining: 4,
    imagepack_resolution: 'large',
  }),
  product(now, 'month', {
    id: 3104,
    name: 'Royalty-Free Subscription',
    type: 'royaltyfreesubscription',
    download_limit: 20,
    downloads_remaining: 20,
    overage: { limit: 5, remaining: 5, count: 0, overages_reached: false },
  }),
  product(now, null, {
    id: 3105,
    name: 'Editorial Subscription',
    type: 'editorialsubscription',
    agreement_name: 'Northwind Newsroom',
    application_website: null,
    expiration_utc_date: null,
    // The list of codes as one text with a line break: seen at the vendor, to be split by nobody but a careful reader.
    download_requirements: codes('DESK-1\nDESK-2'),
  }),
  product(now, null, {
    id: CREDIT_PACK,
    name: 'Credits',
    type: 'creditpack',
    agreement_name: null,
    application_website: 'istockphoto.com',
    credits_remaining: 120,
    team_credits: 40,
  }),
];
