/** The PhotoShelter simulator: psapi v4, the parts of v3 that are still needed, and the preview network, on one port. */

import type { SimHost, Simulator, SimulatorFactory } from '../kit/types.js';
import { actions } from './actions.js';
import { authRoutes } from './auth.routes.js';
import { V3, V4 } from './call.js';
import { API_KEY, EMAIL, PASSWORD } from './credentials.js';
import { descriptiveRoutes } from './descriptive.routes.js';
import { fileRoutes } from './file.routes.js';
import { galleryMediaRoutes } from './gallery-media.routes.js';
import { ORGANIZATION_ID } from './ids.js';
import { createLibrary } from './library.js';
import { mediaRoutes } from './media.routes.js';
import { oauthRoutes } from './oauth.routes.js';
import { previewRoutes } from './preview.js';
import { createRateMeter } from './rate.js';
import { searchRoutes } from './search.routes.js';
import { createSessions } from './sessions.js';
import type { Setting } from './setting.js';
import { type SwitchName, switches } from './switches.js';
import { treeRoutes } from './tree.routes.js';
import { uploadRoutes } from './upload.routes.js';
import { v3AuthRoutes } from './v3.auth.routes.js';
import { v3MediaRoutes } from './v3.media.routes.js';
import { v3WorkspaceRoutes } from './v3.workspace.routes.js';

const settingOf = (host: SimHost): Setting => {
  const number = (name: SwitchName): number => Number(host.switches.get(name));
  return {
    host,
    library: createLibrary(host.now),
    sessions: createSessions(host.now, () => number('token-lifetime-seconds'), host.secret),
    rate: createRateMeter(
      host.now,
      () => number('rate-limit'),
      () => number('rate-window-seconds'),
    ),
    apiKey: API_KEY,
    is: (name, value) => host.switches.get(name) === value,
    number,
    downloads: new Map(),
    tickets: new Map(),
  };
};

const create = (host: SimHost): Simulator => {
  const setting = settingOf(host);
  const makers = [
    authRoutes,
    oauthRoutes,
    searchRoutes,
    mediaRoutes,
    descriptiveRoutes,
    fileRoutes,
    uploadRoutes,
    treeRoutes,
    galleryMediaRoutes,
    v3AuthRoutes,
    v3MediaRoutes,
    v3WorkspaceRoutes,
    previewRoutes,
  ];
  return {
    name: 'photoshelter',
    routes: makers.flatMap((make) => make(setting)),
    env: () => ({
      PHOTOSHELTER_API_URL: `${host.baseUrl()}${V4}`,
      PHOTOSHELTER_V3_URL: `${host.baseUrl()}${V3}`,
      PHOTOSHELTER_PREVIEW_URL: host.baseUrl(),
      PHOTOSHELTER_API_KEY: API_KEY,
      PHOTOSHELTER_EMAIL: EMAIL,
      PHOTOSHELTER_PASSWORD: PASSWORD,
      PHOTOSHELTER_ORGANIZATION_ID: ORGANIZATION_ID,
    }),
    actions: actions(setting),
  };
};

export const photoshelter: SimulatorFactory = { name: 'photoshelter', switches, create };
