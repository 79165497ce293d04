/** What a transaction shows: provider, scene and content type of the bought element. */
import { scene } from '../kit/scene.js';
import { adobeId, adobeScene, gettyImageId, gettyImageScene, ownScene, type Scene, smintioOrigin } from '../kit/world.js';

export interface Content {
  readonly provider: string;
  /** `2:0:<provider's own id>`; the leading number stands for the provider. */
  readonly elementUuid: string;
  readonly providerId: string;
  readonly providerNumber: number;
  readonly contentType: string;
  readonly scene: Scene;
  /** Delivered pixels, smaller than the scene's own so that a file costs little to make. */
  readonly width: number;
  readonly height: number;
}

const MAX_SIDE = 2400;
/** Beyond the scenes of the company's own photographs, so that they meet nothing by accident. */
const OTHER_PROVIDERS_FROM = 60_000;
const ODD_TYPES: Readonly<Record<number, string>> = { 3: 'video', 7: 'audio', 11: 'document', 13: '3d', 17: 'template' };

const boughtFrom = (t: number): Pick<Content, 'provider' | 'providerId' | 'providerNumber' | 'scene'> => {
  const origin = smintioOrigin(t);
  if (origin?.source === 'adobe') {
    return {
      provider: 'adobestock',
      providerNumber: 2,
      providerId: String(adobeId(origin.k)),
      scene: scene(adobeScene(origin.k)),
    };
  }
  if (origin?.source === 'getty') {
    return { provider: 'getty', providerNumber: 1, providerId: gettyImageId(origin.k), scene: scene(gettyImageScene(origin.k)) };
  }
  const isShutterstock = t % 2 === 0;
  return {
    provider: isShutterstock ? 'shutterstock' : 'panthermedia',
    providerNumber: isShutterstock ? 3 : 5,
    providerId: String(1_700_000_000 + t * 13),
    scene: scene(ownScene(OTHER_PROVIDERS_FROM + t)),
  };
};

const contentTypeOf = (t: number, kind: Scene['kind']): string => {
  const odd = smintioOrigin(t) === null ? ODD_TYPES[Math.floor(t / 3) % 20] : undefined;
  return odd ?? (kind === 'video' ? 'video' : 'image');
};

const built = new Map<number, Content>();

export const contentOf = (t: number): Content => {
  const known = built.get(t);
  if (known) return known;
  const bought = boughtFrom(t);
  const shrink = Math.min(1, MAX_SIDE / Math.max(bought.scene.width, bought.scene.height));
  const content = {
    ...bought,
    elementUuid: `${bought.providerNumber}:0:${bought.providerId}`,
    contentType: contentTypeOf(t, bought.scene.kind),
    width: Math.round(bought.scene.width * shrink),
    height: Math.round(bought.scene.height * shrink),
  };
  built.set(t, content);
  return content;
};
