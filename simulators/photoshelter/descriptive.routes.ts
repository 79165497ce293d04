/** v4: IPTC, metadata of non-images and custom metadata, read and written, and the definitions of the custom fields. */

import type { Route, SimReply } from '../kit/types.js';
import { lookAt, ownMedia, requireStaff } from './access.js';
import { one, unpaged } from './answer.js';
import { type Call, metaOf, v4 } from './call.js';
import { customItems, iptcAttributes, metadataAttributes } from './descriptive.view.js';
import { ALL_FIELDS, type CustomField } from './fields.js';
import { customChange, iptcChange, patchFields } from './patch.js';
import { unknownId } from './refusal.js';
import type { Setting } from './setting.js';

const noData = (call: Call): SimReply => ({ status: 200, body: { meta: metaOf(call.setting, call.apiKey) } });

const readIptc = (call: Call): SimReply => {
  const media = lookAt(call, call.param('id'));
  if (media.kind === 'image') return one(call, { id: media.id, type: 'iptc', attributes: iptcAttributes(call.setting, media) });
  if (call.setting.is('iptc-non-image', 'no-data')) return noData(call);
  throw unknownId('Iptc');
};

const writeIptc = (call: Call): SimReply => {
  const media = ownMedia(call, call.param('id'));
  if (media.kind !== 'image') throw unknownId('Iptc');
  const changed = call.setting.library.change(media, iptcChange(call, media, patchFields(call)));
  return one(call, { id: changed.id, type: 'iptc', attributes: iptcAttributes(call.setting, changed) });
};

const readMetadata = (call: Call): SimReply => {
  const media = lookAt(call, call.param('id'));
  return one(call, { id: media.id, type: 'metadata', attributes: metadataAttributes(call.setting, media) });
};

const writeMetadata = (call: Call): SimReply => {
  const media = ownMedia(call, call.param('id'));
  const changed = call.setting.library.change(media, iptcChange(call, media, patchFields(call)));
  return one(call, { id: changed.id, type: 'metadata', attributes: metadataAttributes(call.setting, changed) });
};

const customAnswer = (call: Call, id: string): SimReply => {
  const { setting } = call;
  const media = ownMedia(call, id);
  const items = customItems(setting, media);
  if (items.length === 0 && setting.is('custom-metadata-empty', 'no-data')) return noData(call);
  if (items.length === 0 && setting.is('custom-metadata-empty', 'not-found')) throw unknownId('CustomMetadata');
  return one(call, { id: media.id, type: 'custom-metadata', attributes: { custom_metadata: items } });
};

const readCustom = (call: Call): SimReply => customAnswer(call, call.param('id'));

const writeCustom = (call: Call): SimReply => {
  const { setting } = call;
  const media = ownMedia(call, call.param('id'));
  setting.library.change(
    media,
    customChange(call, media, patchFields(call)),
    !setting.is('custom-metadata-moves-modified', true),
  );
  return customAnswer(call, media.id);
};

const optionView =
  (field: CustomField) =>
  (option: CustomField['options'][number]): object => ({
    id: option.id,
    type: 'metadata-value',
    attributes: { field_id: field.id, value: option.value },
  });

/** Custom fields have the category `metadata`; the built-in ones are listed with them. */
const fields = (call: Call): SimReply => {
  requireStaff(call, 'Metadata');
  const inline = call.setting.is('field-options', 'inline');
  const builtIn = ['caption', 'credit', 'copyright'].map((name) => ({
    id: name,
    type: 'metadata-field',
    attributes: { name, category: 'iptc', field_type: 'text' },
  }));
  const custom = ALL_FIELDS.map((field) => ({
    id: field.id,
    type: 'metadata-field',
    attributes: {
      name: field.name,
      category: 'metadata',
      field_type: field.options.length === 0 ? 'text' : 'select',
      ...(inline ? { options: field.options } : {}),
    },
  }));
  return unpaged(call, [...builtIn, ...custom]);
};

const values = (call: Call): SimReply => {
  requireStaff(call, 'Metadata');
  return unpaged(
    call,
    ALL_FIELDS.flatMap((field) => field.options.map(optionView(field))),
  );
};

const schemas = (call: Call): SimReply => {
  requireStaff(call, 'Metadata');
  return unpaged(call, [
    {
      id: 'CS000Acme.Main01',
      type: 'metadata-schema',
      attributes: { name: 'Acme', fields: ALL_FIELDS.map((field) => field.id) },
    },
  ]);
};

export const descriptiveRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'iptc', 'GET', '/media/{id}/iptc', readIptc),
  ...v4(setting, 'iptc-update', 'PATCH', '/media/{id}/iptc', writeIptc),
  ...v4(setting, 'metadata', 'GET', '/media/{id}/metadata', readMetadata),
  ...v4(setting, 'metadata-update', 'PATCH', '/media/{id}/metadata', writeMetadata),
  ...v4(setting, 'custom-metadata', 'GET', '/media/{id}/custom-metadata', readCustom),
  ...v4(setting, 'custom-metadata-update', 'PATCH', '/media/{id}/custom-metadata', writeCustom),
  ...v4(setting, 'metadata-fields', 'GET', '/metadata/fields', fields),
  ...v4(setting, 'metadata-values', 'GET', '/metadata/values', values),
  ...v4(setting, 'metadata-schemas', 'GET', '/metadata/schemas', schemas),
];
