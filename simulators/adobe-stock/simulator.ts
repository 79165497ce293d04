/** A stand-in for Adobe Stock: its endpoints, its identity service, its picture network and its bucket on one port. */
import type { Route, SimHost, SimReply, SimRequest, Simulator, SimulatorFactory } from '../kit/types.js';
import { createAccounts } from './accounts.js';
import { createActions } from './actions.js';
import { createCatalogue } from './catalogue.js';
import { categoryTree, oneCategory } from './categories.endpoint.js';
import type { Desk } from './desk.js';
import { downloadComp, downloadDirectly, downloadOriginal, openBucket } from './downloads.endpoint.js';
import { bulkFiles } from './files.endpoint.js';
import { createFinder } from './finder.js';
import { type Caller, createGuard, type GuardedRoute } from './guard.js';
import { licenseHistory } from './history.endpoint.js';
import { contentInfo } from './info.endpoint.js';
import { contentLicense } from './license.endpoint.js';
import { filmPreview, thumbnail } from './previews.endpoint.js';
import { memberProfile } from './profile.endpoint.js';
import { createPurchases } from './purchases.js';
import { createRowPlans } from './rows.js';
import { searchFiles } from './search.endpoint.js';
import { switches } from './switches.js';
import { createTickets } from './tickets.js';
import { createTokens } from './tokens.js';

const NAME = 'adobe-stock';

const openDesk = (host: SimHost): Desk => {
  const accounts = createAccounts(host);
  const catalogue = createCatalogue();
  return {
    host,
    accounts,
    catalogue,
    finder: createFinder(catalogue),
    rowPlans: createRowPlans(),
    purchases: createPurchases(host, accounts),
    tokens: createTokens(host, accounts),
    tickets: createTickets(host),
    cancelled: new Map(),
  };
};

type Work = (desk: Desk, request: SimRequest, caller: Caller) => SimReply | Promise<SimReply>;
type Row = readonly [string, GuardedRoute['method'], string, GuardedRoute['bearer'], Work];

/** Endpoints behind the gateway, under /Rest. */
const REST: readonly Row[] = [
  ['search', 'GET', '/Media/1/Search/Files', 'optional', searchFiles],
  ['search', 'POST', '/Media/1/Search/Files', 'optional', searchFiles],
  ['files', 'GET', '/Media/1/Files', 'optional', bulkFiles],
  ['category-tree', 'GET', '/Media/1/Search/CategoryTree', 'optional', categoryTree],
  ['category', 'GET', '/Media/1/Search/Category', 'optional', oneCategory],
  ['content-info', 'GET', '/Libraries/1/Content/Info', 'required', contentInfo],
  ['content-license', 'GET', '/Libraries/1/Content/License', 'required', contentLicense],
  ['content-license', 'POST', '/Libraries/1/Content/License', 'required', contentLicense],
  ['member-profile', 'GET', '/Libraries/1/Member/Profile', 'required', memberProfile],
  ['license-history', 'GET', '/Libraries/1/Member/LicenseHistory', 'required', licenseHistory],
  ['member-abandon', 'GET', '/Libraries/1/Member/Abandon', 'required', () => ({ status: 204 })],
];

type OpenWork = (desk: Desk, request: SimRequest) => SimReply | Promise<SimReply>;

/** Endpoints without API key: each has its own way of knowing the caller, or none. */
const OPEN: readonly (readonly [string, Route['method'], string, OpenWork])[] = [
  ['ims-token', 'POST', '/ims/token/v3', (desk, request) => desk.tokens.issue(request)],
  ['download', 'GET', '/Rest/Libraries/Download/{id}/{n}', downloadOriginal],
  ['download-comp', 'GET', '/Rest/Libraries/Watermarked/Download/{id}/{n}', downloadComp],
  ['download-direct', 'GET', '/Download/DownloadFileDirectly/{code}', downloadDirectly],
  ['bucket', 'GET', '/bucket/{ticket}', openBucket],
  ['thumbnail', 'GET', '/cdn/t/{file}', thumbnail],
  ['video-preview', 'GET', '/cdn/v/{file}', filmPreview],
];

const routesOf = (desk: Desk): readonly Route[] => {
  const guard = createGuard(desk);
  return [
    ...REST.map(([endpoint, method, path, bearer, work]) =>
      guard({ endpoint, method, pattern: `/Rest${path}`, bearer, handle: (request, caller) => work(desk, request, caller) }),
    ),
    ...OPEN.map(([endpoint, method, pattern, work]) => ({
      endpoint,
      method,
      pattern,
      handle: (request: SimRequest) => work(desk, request),
    })),
  ];
};

const create = (host: SimHost): Simulator => {
  const desk = openDesk(host);
  const { clientId, clientSecret } = desk.accounts.first;
  return {
    name: NAME,
    routes: routesOf(desk),
    actions: createActions(desk),
    env: () => ({
      ADOBE_STOCK_API_URL: host.baseUrl(),
      ADOBE_STOCK_IMS_URL: host.baseUrl(),
      ADOBE_STOCK_CLIENT_ID: clientId,
      ADOBE_STOCK_CLIENT_SECRET: clientSecret,
      ADOBE_STOCK_PRODUCT: 'Clearance/1.0',
    }),
  };
};

export const adobeStock: SimulatorFactory = { name: NAME, switches, create };
