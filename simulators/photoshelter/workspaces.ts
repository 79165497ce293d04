/** Workspaces with their media and the thumbs of their reviewers: opinions inside a workspace, no approval of the medium. */

import { rng } from '../kit/rng.js';
import { makeId } from './ids.js';
import type { Library } from './library.js';
import type { Media } from './media.js';

export interface Workspace {
  readonly id: string;
  readonly name: string;
}

interface Vote {
  readonly userId: string;
  readonly vote: 'up' | 'down' | null;
  readonly comment: string | null;
}

export const WORKSPACES: readonly Workspace[] = ['Summer selects', 'Board portraits', '春のキャンペーン'].map((name, i) => ({
  id: makeId('W0000', String(i)),
  name,
}));

/** Each workspace holds every so-manieth visible medium; what is removed from the library leaves the workspace. */
export const inWorkspace = (library: Library, workspace: Workspace): readonly Media[] => {
  const index = WORKSPACES.indexOf(workspace);
  return [...library.all()].filter((media, j) => j % 41 === index * 3 && (media.kind === 'image' || media.kind === 'video'));
};

export const votesOn = (workspace: Workspace, media: Media): readonly Vote[] => {
  const chance = rng(`photoshelter:vote:${workspace.id}:${media.id}`);
  return [1, 2, 3].map((n) => ({
    userId: makeId('U0000', `reviewer:${n}`),
    vote: chance.pick(['up', 'up', 'down', null] as const),
    comment: chance.chance(0.3) ? 'Crop tighter, please' : null,
  }));
};
