/** Which query parameters each search operation knows; anything else is refused at the door. */

const words = (text: string): readonly string[] => text.split(/\s+/);

const SHARED = `age_of_people artists collection_codes collections_filter_type compositions download_product ethnicity fields
  include_related_searches keyword_ids number_of_people orientations page page_size phrase sort_order`;
const IMAGES = 'embed_content_only exclude_nudity file_types graphical_styles graphical_styles_filter_type minimum_size';
const FACETS = 'facet_fields facet_max_count include_facets';
const CREATIVE = 'enhanced_search exclude_editorial_use_only exclude_keyword_ids exclude_nudity safe_search';
const EDITORIAL = 'date_from date_to event_ids specific_people';
const VIDEOS =
  'aspect_ratios format_available frame_rates image_techniques min_clip_length max_clip_length release_status viewpoints';

export const SEARCH_PARAMETERS = {
  'images-blended': words(`${SHARED} ${IMAGES} color event_ids specific_people`),
  'images-creative': words(`${SHARED} ${IMAGES} ${FACETS} ${CREATIVE} color moods`),
  'images-editorial': words(`${SHARED} ${IMAGES} ${FACETS} ${EDITORIAL} editorial_segments minimum_quality_rank`),
  'videos-creative': words(`${SHARED} ${FACETS} ${CREATIVE} ${VIDEOS} license_models`),
  'videos-editorial': words(`${SHARED} ${FACETS} ${EDITORIAL} ${VIDEOS} editorial_video_types`),
} as const;

export type SearchKind = keyof typeof SEARCH_PARAMETERS;
