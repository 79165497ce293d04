/** Whether the people and the property that can be recognised have agreed: asked of commercial uses alone. */
import type { Known, Rights } from '../rights.js';
import type { Asked } from './asked.js';
import type { Say } from './finding.js';

const decideRelease = (field: 'modelReleased' | 'propertyReleased', released: Known, say: Say): void => {
  const [kind, name] = field === 'modelReleased' ? ['MODEL', 'model'] : ['PROPERTY', 'property'];
  if (released === 'YES') say(field, 'ALLOWED', `${kind}_RELEASED`, `A ${name} release is on record, or none is needed.`);
  else if (released === 'NO')
    say(field, 'DENIED', `NOT_${kind}_RELEASED`, `There is no ${name} release, which a commercial use needs.`);
  else
    say(
      field,
      'UNKNOWN',
      `${kind}_RELEASE_UNKNOWN`,
      `Whether there is a ${name} release is not known; a commercial use needs it.`,
    );
};

export const decideReleases = ({ modelReleased, propertyReleased }: Rights, { isCommercial }: Asked, say: Say): void => {
  if (!isCommercial) return;
  decideRelease('modelReleased', modelReleased, say);
  decideRelease('propertyReleased', propertyReleased, say);
};
