/** Which fields a caller asked for: the sets' expansion differs between operations, and so do the allowed values. */
import { listParam } from './params.js';
import { refuse } from './replies.js';

export type FieldTable = 'image-detail' | 'video-detail' | 'image-search' | 'video-search';

export interface FieldPlan {
  /** Same fields, same key, whatever their order. */
  readonly key: string;
  readonly fields: readonly string[];
  /** Names of the display sizes to add. */
  readonly displays: readonly string[];
  /** A field that needs a bearer token was asked for by its own name. */
  readonly needsToken: boolean;
}

const words = (text: string): readonly string[] => text.split(/\s+/);

const COMMON = `id allowed_use artist asset_family call_for_image caption collection_code collection_id collection_name color_type comp
  copyright date_created date_submitted detail_set display_set download_sizes download_product event_ids istock_collection keywords
  license_model max_dimensions orientation people preview product_types quality_rank referral_destinations summary_set thumb title
  editorial_segments entity_details`;

const IMAGE_ONLY = 'alternative_ids comp_webp date_camera_shot editorial_source graphical_style largest_downloads uri_oembed';
const PLACE = 'city country state_province';
const VIDEO_ONLY = 'clip_length era mastered_to object_name originally_shot_on shot_speed source';

const ALLOWED: Readonly<Record<FieldTable, ReadonlySet<string>>> = {
  'image-detail': new Set(
    words(`${COMMON} ${IMAGE_ONLY} ${PLACE} artist_title credit_line downloads is_ai_editable istock_licenses links object_name`),
  ),
  'video-detail': new Set(words(`${COMMON} ${VIDEO_ONLY} ${PLACE} downloads is_ai_editable istock_licenses key_frames`)),
  // A search knows neither credit line nor place nor links nor downloads.
  'image-search': new Set(words(`${COMMON} ${IMAGE_ONLY} accessrestriction`)),
  'video-search': new Set(words(`${COMMON} ${VIDEO_ONLY} aspect_ratio largest_downloads istock_licenses`)),
};

const SUMMARY = 'asset_family caption collection_code collection_name license_model title';
const DETAIL = `allowed_use artist asset_family call_for_image caption collection_code collection_id collection_name copyright
  date_created event_ids license_model product_types quality_rank title`;
const VIDEO_DETAIL = `${DETAIL} clip_length color_type era mastered_to originally_shot_on shot_speed source`;
const IMAGE_DETAIL = `${DETAIL} editorial_segments graphical_style max_dimensions orientation referral_destinations`;
const ALL_DISPLAYS = 'comp preview thumb';

/** What each set stands for; a word with a leading `+` is a display size. */
const SETS: Readonly<Record<FieldTable, Readonly<Record<string, readonly string[]>>>> = {
  'image-detail': {
    summary_set: words(`${SUMMARY} artist collection_id max_dimensions`),
    // No keywords and no display sizes: they must be named.
    detail_set: words(
      `${IMAGE_DETAIL} artist_title city color_type country credit_line date_submitted download_sizes state_province`,
    ),
    display_set: words('+comp +comp_webp +preview +thumb'),
  },
  'video-detail': {
    summary_set: words(`${SUMMARY} ${ALL_DISPLAYS.replace(/\w+/g, '+$&')}`),
    detail_set: words(`${VIDEO_DETAIL} ${ALL_DISPLAYS.replace(/\w+/g, '+$&')} download_sizes`),
    display_set: words('+comp +preview +thumb key_frames'),
  },
  'image-search': {
    summary_set: words(`${SUMMARY} collection_id max_dimensions +thumb`),
    detail_set: words(`${IMAGE_DETAIL} ${ALL_DISPLAYS.replace(/\w+/g, '+$&')}`),
    display_set: words('+comp +comp_webp +preview +thumb'),
  },
  'video-search': {
    summary_set: words(`${SUMMARY} ${ALL_DISPLAYS.replace(/\w+/g, '+$&')}`),
    detail_set: words(`${VIDEO_DETAIL} ${ALL_DISPLAYS.replace(/\w+/g, '+$&')}`),
    display_set: words('+comp +preview +thumb'),
  },
};

const DISPLAY_FIELDS = new Set(['comp', 'comp_webp', 'preview', 'thumb']);
const TOKEN_FIELDS = new Set(['download_sizes', 'downloads', 'largest_downloads']);

const plan = (table: FieldTable, asked: readonly string[]): FieldPlan => {
  const fields = new Set<string>();
  const displays = new Set<string>();
  const add = (name: string): void => {
    if (name.startsWith('+')) displays.add(name.slice(1));
    else if (DISPLAY_FIELDS.has(name)) displays.add(name);
    else fields.add(name);
  };
  for (const name of asked) {
    if (!ALLOWED[table].has(name)) refuse(400, 'InvalidParameterValue', `Field ${name} is not known to this operation.`);
    for (const part of SETS[table][name] ?? [name]) add(part);
  }
  fields.delete('id');
  const sorted = [...fields].sort();
  const shown = [...displays].sort();
  return {
    key: `${table}:${sorted.join()}|${shown.join()}`,
    fields: sorted,
    displays: shown,
    needsToken: asked.some((name) => TOKEN_FIELDS.has(name)),
  };
};

const KEPT_PLANS = 200;

export const createFieldPlans = (): ((table: FieldTable, query: URLSearchParams) => FieldPlan) => {
  const known = new Map<string, FieldPlan>();
  return (table, query) => {
    const raw = `${table}:${query.get('fields') ?? ''}`;
    const found = known.get(raw);
    if (found !== undefined) return found;
    const asked = listParam(query, 'fields');
    const made = plan(table, asked.length === 0 ? ['summary_set'] : asked);
    if (known.size >= KEPT_PLANS) known.clear();
    known.set(raw, made);
    return made;
  };
};
