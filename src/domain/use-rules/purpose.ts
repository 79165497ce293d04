/** What the use is for, against terms that are editorial or not. */
import type { Asked, Terms } from './asked.js';
import type { Say } from './finding.js';

const allow = (say: Say, message: string): void => say('editorialOnly', 'ALLOWED', 'PURPOSE_ALLOWED', message);

export const decidePurpose = ({ editorialOnly }: Terms, { use, isCommercial }: Asked, say: Say): void => {
  if (!isCommercial && use.purpose === 'EDITORIAL') allow(say, 'An editorial use is within any terms of this asset.');
  else if (editorialOnly === 'NO') allow(say, 'The terms are not limited to editorial uses.');
  else if (editorialOnly === 'UNKNOWN')
    say('editorialOnly', 'UNKNOWN', 'EDITORIAL_STATUS_UNKNOWN', 'Whether the terms are limited to editorial uses is not known.');
  else if (isCommercial)
    say('editorialOnly', 'DENIED', 'EDITORIAL_ONLY', 'The terms allow editorial uses alone; this one is commercial.');
  else
    say(
      'editorialOnly',
      'UNKNOWN',
      'INTERNAL_USE_UNCLEAR',
      'The terms allow editorial uses alone; whether that covers internal ones is not clear.',
    );
};
