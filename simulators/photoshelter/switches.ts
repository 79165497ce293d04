/** Behaviours that no public source settles; the first value of each is the default. */

import type { SwitchSpec } from '../kit/types.js';

const of = (about: string, ...values: readonly (string | number | boolean)[]): SwitchSpec => ({ values, about });

export const switches = {
  'error-shape': of(
    'How a v4 error body is wrapped: a list under errors, one object under errors, one object under error.',
    'array',
    'object',
    'error',
  ),
  'not-found-body': of('What a 404 of v4 carries.', 'json', 'html', 'empty'),
  'malformed-id-status': of('Status for an id that breaks the id grammar.', 404, 400),
  'missing-criterion-status': of('Status of a media search without any of the required criteria.', 400, 403, 422),
  'deep-page-status': of('Status for a page number above 999.', 400, 404, 502),
  'oauth-expired-status': of('Status of OAuthServerException for a bearer that is no longer good.', 401, 400, 403),
  'token-lifetime-seconds': of('Seconds of idle time after which a session token is dead.', 3600, 20, 300, 86_400),
  'stale-token-on-public': of(
    'What a dead token meets on a public resource: a refusal, or the view of a stranger.',
    'refuse',
    'anonymous',
  ),
  'organization-list': of('Shape of org in the v4 login reply.', 'list', 'object', 'absent'),
  'anonymous-search': of('Media search without an organization session: public hits only, or refused.', 'public-only', 'refuse'),
  'preview-access': of('Whether preview images are served for media in no public gallery.', 'open', 'public-only'),
  'per-page-min': of('Smallest page size.', 1, 10, 50),
  'per-page-max': of('Largest page size of v4 lists.', 500, 100, 1000),
  'children-per-page-max': of('Largest page size of gallery children and of v3 lists.', 1000, 500, 100),
  'per-page-outside': of('A page size out of range is clamped, or refused with 400.', 'clamp', 'refuse'),
  'last-page-next': of('What the v4 paging block says in next on the last page.', 'absent', 'null', 'empty'),
  'date-bounds': of('Whether *_start and *_end include the instant itself.', 'inclusive', 'exclusive'),
  'search-item-type': of('type of a v4 search hit: its kind, or the constant word media.', 'kind', 'media'),
  'list-include': of('Whether include works on media lists (search, gallery children).', 'ignored', 'honoured'),
  'include-custom-metadata': of('Whether include=custom-metadata works on one medium.', 'ignored', 'honoured'),
  'heavy-include': of(
    'include on long lists of containers is served, or answered by the proxy with 502 and HTML.',
    'served',
    '502',
  ),
  'license-in-v4': of(
    'Where v4 shows the licence end: nowhere, as attribute license_expiration, or by include=license.',
    'absent',
    'attribute',
    'include',
  ),
  'license-etime-form': of('Format of License.license_etime in v3.', 'datetime', 'date', 'gmt', 'epoch'),
  'license-workflow': of('Whether the licence workflow is on; off hides every licence end.', 'on', 'off'),
  'license-moves-modified': of('Whether a new licence end moves modified_at.', true, false),
  'custom-metadata-moves-modified': of('Whether a custom metadata change moves modified_at.', true, false),
  'iptc-keywords': of('Type of keywords in v4 /iptc.', 'string', 'list'),
  'iptc-non-image': of('v4 /iptc of a video, sound or document: not found, or present without data.', 'not-found', 'no-data'),
  'metadata-depth': of(
    '/metadata of non-images: author, raw and the descriptive fields, or author and raw only.',
    'full',
    'author-raw',
  ),
  'patch-body': of('Which body a metadata PATCH reads; any other is refused with 400.', 'any', 'json-api', 'flat', 'query'),
  'patch-unknown-name': of('What a metadata PATCH does with a name it does not know.', 'refuse', 'ignore'),
  'custom-metadata-empty': of('/custom-metadata of a medium that has none.', 'no-data', 'empty-list', 'not-found'),
  'custom-metadata-item': of('Keys of a custom metadata item.', 'name-value', 'field-option', 'value-only'),
  'field-options': of('Whether /metadata/fields lists the options, or only /metadata/values does.', 'inline', 'separate'),
  'media-galleries-item': of(
    '/media/{id}/galleries lists galleries, or links that name one and include it on request.',
    'gallery',
    'link',
  ),
  'library-shape': of('Root listing: list under data, bare list, or collections and galleries apart.', 'data', 'bare', 'split'),
  'upload-reply': of('Whether an upload answer names the new id.', 'id', 'bare'),
  'rate-limit': of('Requests per window and API key; 0 switches the limit off.', 0, 10, 60, 600),
  'rate-window-seconds': of('Length of the rate window.', 60, 2, 180),
  'v3-error-status': of('HTTP status of v3 errors other than key errors.', 'http', 'always-200'),
  'v3-bad-extend': of('An extend that is no JSON or names unknown records: ignored, or an error.', 'ignore', 'error'),
  'v3-empty-record': of('An extension without content: key absent, null, or the empty list.', 'absent', 'null', 'empty-list'),
  'v3-custom-metadata': of('CustomMetadata in v3: list of name and value, or one map.', 'list', 'map'),
  'v3-nonimage-record': of(
    'Gallery items that are no images: GalleryVideo and so on, or GalleryImage for all.',
    'own-name',
    'gallery-image',
  ),
  'v3-iptc-place': of(
    'Where extensions of an image sit in v3 search and gallery images: beside Image, or Iptc inside it.',
    'beside',
    'inside',
  ),
  'review-shape': of('Workspace review: one entry per reviewer, or totals.', 'votes', 'totals'),
} as const satisfies Readonly<Record<string, SwitchSpec>>;

export type SwitchName = keyof typeof switches;
