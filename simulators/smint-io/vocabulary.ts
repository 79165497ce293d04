/** The keys of the tenant's metadata lists, written as families: `name: rest` stands for `name_any` and `name_<part>`. */

type Family = Readonly<Record<string, string>>;

const family = (families: Family): readonly string[] =>
  Object.entries(families).flatMap(([name, parts]) => parts.split(' ').map((part) => `${name}_${part}`));

const runs = (unit: string, sizes: readonly number[]): readonly string[] => sizes.map((size) => `up_to_${size}_${unit}`);

const usages = family({
  advertising: 'any tv_any tv_commercial tv_infomercial advertorial_any',
  advertising_display: 'any billboard pos non_pos',
  advertising_print: 'any directory event_program freestanding_insert magazine_newspaper',
  digital_media: 'any app corporate_promotional commercial_blog digital_advertisement email_marketing oem_product social_media',
  film_video_tv:
    'any all_media_promo film_documentary music_video news_programming on_air_promo title_sequence film_title_sequence',
  internal_use: 'any brochure_newsletter_collateral intranet_email_video_presentation theatrical_performance wall_decor',
  marketing_promotional:
    'any brochure_direct_mail calendar_greeting_card corporate_report external_presentation giveaways press_release travel_brochure',
  publishing_editorial: 'any book custom_contract magazine newspaper retail_book text_book',
  retail_product_packaging: 'any event_ticket greeting_card packaging_covers_tags retail_calendar retail_poster trading_cards',
});

/** `ad_eigth` and `page_eigth` are spelt as the vendor spells them. */
const sizes = family({
  ad: 'any eigth quarter half full',
  banner: 'any side',
  page: 'any sixteenth eigth quarter half full double wrap_around',
  resolution: 'any low medium high',
  size: 'any small medium large mural',
});

const placements = family({
  circulation: 'any once twice season_half season_full followers_under_one_million followers_above_one_million',
  exhibit: 'any web',
  page: 'any home front cover secondary inside repeated',
  placement: 'any prominent prominent_multiple background background_multiple',
  type: 'any documentary educational feature_entertainment',
});

const distributions = [
  ...family({
    channel: 'any app digital email festival print theatrical tv web',
    device: 'any mobile portable tablet',
    location: 'any one two three ten',
    media: 'any digital print',
    social_media: 'any one two',
  }),
  'external',
  'e_greeting',
  'third_party_rights',
];

const geographies = family({
  africa: 'any algeria angola egypt ethiopia kenya morocco nigeria south_africa sudan tanzania tunisia',
  antarctica: 'any',
  asia: 'any china india indonesia japan russia saudi_arabia south_korea thailand turkey iran united_arab_emirates',
  australia: 'any australia new_zealand',
  europe:
    'any andorra austria belgium denmark estonia finland france germany ireland italy latvia liechtenstein lithuania luxembourg ' +
    'netherlands norway poland portugal russia spain switzerland sweden turkey united_kingdom',
  north_america: 'any canada mexico united_states',
  south_america: 'any argentina brazil chile colombia peru venezuela',
});

/** `industry_manifacturing` is spelt as the vendor spells it. */
const industries = family({
  industry:
    'automotive alcohol banking beauty beverages cannabis consumer education electronics energy financial food gambling ' +
    'healthcare insurance legal manifacturing media pornography real_estate religion retail software tobacco tourism travel weapons',
});

const usageLimits = [
  ...family({ quantity: 'any one_copy' }),
  ...runs('total_circulation', [10, 100, 1000, 10_000, 100_000, 1_000_000]).map((run) => `quantity_${run}`),
  'display_any',
  ...runs('displays', [5, 50, 500]).map((run) => `display_${run}`),
  ...family({ copy: 'any one_copy two_copies three_copies four_copies five_copies' }),
  ...runs('copies', [10, 100, 1000, 10_000]).map((run) => `copy_${run}`),
];

const withAny = (keys: readonly string[]): readonly string[] => ['any', ...keys];

export const VOCABULARY: Readonly<Record<string, readonly string[]>> = {
  providers: ['getty', 'shutterstock', 'adobestock', 'istock', 'panthermedia'],
  content_types: ['image', 'video', 'audio', 'document', '3d', 'template'],
  binary_types: ['standard'],
  content_categories: ['creative', 'editorial'],
  license_types: ['all', 'royalty_free', 'rights_managed', 'rights_ready'],
  release_states: ['all', 'not_released', 'no_release_required', 'released'],
  license_exclusivities: withAny(family({ exclusive: 'usage size placement distribution geography industry language' })),
  license_usages: withAny(usages),
  license_sizes: withAny(sizes),
  license_placements: withAny(placements),
  license_distributions: withAny(distributions),
  license_geographies: withAny(geographies),
  license_industries: withAny(industries),
  license_languages: withAny(
    family({ language: 'english german french spanish mandarin_chinese hindustani arabic malay russian bengali portuguese' }),
  ),
  license_usage_limits: withAny(usageLimits),
};
