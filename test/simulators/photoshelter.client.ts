/** What the PhotoShelter simulator's tests share: the simulator itself, a signed-in session, and short ways to ask. */

import { type Simulators, startSimulators } from '../support/simulators.js';

export const SIM = 'photoshelter';

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly includes?: Readonly<Record<string, unknown>>;
}
export interface ListBody {
  readonly data: readonly Resource[];
  readonly meta: {
    readonly paging: Readonly<Record<string, string | number>>;
    readonly rate_limit: Readonly<Record<string, number>>;
  };
}
export interface OneBody {
  readonly data: Resource;
}

type Value = string | number | boolean;

export interface PhotoShelter {
  readonly sims: Simulators;
  readonly org: string;
  env(name: string): string;
  headers(session?: string): Record<string, string>;
  /** With the session of the library staff unless another, or none (''), is given. */
  get(path: string, session?: string): Promise<Response>;
  json<T>(path: string, session?: string): Promise<T>;
  v3<T>(path: string, session?: string): Promise<T>;
  search(query: string): Promise<ListBody>;
  login(): Promise<string>;
  enter(session: string): Promise<Response>;
  /** A new staff session in place of the old one. */
  renew(): Promise<void>;
  /** Holds until `restore`. */
  setSwitch(name: string, value: Value): Promise<void>;
  restore(): Promise<void>;
}

const DEFAULTS: Readonly<Record<string, Value>> = {
  'rate-limit': 0,
  'error-shape': 'array',
  'license-workflow': 'on',
  'per-page-outside': 'clamp',
};

export const startPhotoShelter = async (): Promise<PhotoShelter> => {
  const sims = await startSimulators({ only: [SIM] });
  const env = (name: string): string => sims.env[name] ?? '';
  const org = `org_id=${env('PHOTOSHELTER_ORGANIZATION_ID')}`;
  let token = '';
  const changed = new Set<string>();
  const headers = (session = token): Record<string, string> => ({
    'x-ps-api-key': env('PHOTOSHELTER_API_KEY'),
    ...(session === '' ? {} : { 'x-ps-auth-token': session }),
  });
  const ask = (base: string, path: string, session: string): Promise<Response> =>
    fetch(`${env(base)}${path}`, { headers: headers(session) });
  const post = (path: string, session: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${env('PHOTOSHELTER_API_URL')}${path}`, {
      method: 'POST',
      headers: headers(session),
      body: new URLSearchParams(fields),
    });
  const get = (path: string, session = token): Promise<Response> => ask('PHOTOSHELTER_API_URL', path, session);
  const json = async <T>(path: string, session = token): Promise<T> => (await (await get(path, session)).json()) as T;
  const login = async (): Promise<string> => {
    const fields = { email: env('PHOTOSHELTER_EMAIL'), password: env('PHOTOSHELTER_PASSWORD'), mode: 'token' };
    return ((await (await post('/authenticate', '', fields)).json()) as { token: string }).token;
  };
  const enter = (session: string): Promise<Response> =>
    post('/organization/authenticate', session, { org_id: env('PHOTOSHELTER_ORGANIZATION_ID') });
  const renew = async (): Promise<void> => {
    token = await login();
    await enter(token);
  };
  await renew();
  return {
    sims,
    org,
    env,
    headers,
    get,
    json,
    login,
    enter,
    renew,
    v3: async <T>(path: string, session = token): Promise<T> =>
      (await (await ask('PHOTOSHELTER_V3_URL', path, session)).json()) as T,
    search: (query) => json<ListBody>(`/media?${org}&${query}`),
    setSwitch: async (name, value) => {
      changed.add(name);
      await sims.setSwitch(SIM, name, value);
    },
    restore: async () => {
      for (const name of changed) await sims.setSwitch(SIM, name, DEFAULTS[name] ?? '');
      changed.clear();
    },
  };
};
