/** What a picture is used for, by the usage keys of Smint.io. Pure. */
import { wordVocabulary } from './vocabulary.js';

const below = (group: string, words: string): readonly string[] => words.split(' ').map((word) => `${group}_${word}`);

export const USAGES = wordVocabulary({
  leaves: [
    ...below('advertising_display', 'billboard non_pos pos'),
    ...below('advertising_print', 'directory event_program freestanding_insert magazine_newspaper'),
    ...below('advertising_tv', 'commercial infomercial'),
    // A wildcard by its name, with nothing below it: it stands for itself.
    'advertising_advertorial_any',
    ...below(
      'digital_media',
      'app corporate_promotional commercial_blog digital_advertisement email_marketing oem_product social_media',
    ),
    ...below(
      'film_video_tv',
      'all_media_promo broadcast_network_online_promo educational_documentary_programming film_documentary',
    ),
    ...below('film_video_tv_film', 'non_documentary_insert_flash_graphic_element non_documentary_set_decor title_sequence'),
    ...below('film_video_tv', 'music_video news_programming non_editorial_program_prop_set_decor non_scripted_programming'),
    ...below('film_video_tv', 'on_air_promo scripted_programming title_sequence trailer_theatrical_promo'),
    ...below('internal_use', 'brochure_newsletter_collateral intranet_email_video_presentation nonprofit_museum_display'),
    ...below('internal_use', 'nonprofit_museum_electronic_display theatrical_performance wall_decor'),
    ...below('marketing_promotional', 'brochure_direct_mail calendar_greeting_card corporate_report external_presentation'),
    ...below('marketing_promotional', 'giveaways newsletter_press_event_programs press_release sales_cd_dvd_video'),
    ...below('marketing_promotional', 'single_sheet_postcards travel_brochure'),
    ...below('publishing_editorial', 'book custom_contract magazine newspaper retail_book text_book'),
    ...below('retail_product_packaging', 'check_credit_atm_cards event_ticket greeting_card packaging_covers_tags'),
    ...below('retail_product_packaging', 'phone_store_transit_cards product_design_software_games product_design_games_toys'),
    ...below('retail_product_packaging', 'retail_calendar retail_miscellaneous_novelty retail_poster'),
    ...below('retail_product_packaging', 'retail_stationery_postcards trading_cards'),
  ],
  everything: ['any'],
});

const COMMERCIAL = ['advertising', 'marketing_promotional', 'retail_product_packaging'] as const;

/** Any usage at all is commercial too. */
export const isCommercialUsage = (word: string): boolean =>
  USAGES.isEverything(word) || COMMERCIAL.some((beginning) => word.startsWith(beginning));
