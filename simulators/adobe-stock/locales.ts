/** Locales as this vendor writes and tolerates them, and the few texts that change with them. */

const LANGUAGES = new Set(
  'ar bg ca cs da de el en es et fi fr he hi hr hu id it ja ko lt lv ms nb nl no pl pt ro ru sk sl sv th tr uk vi zh'.split(' '),
);

/** `xx_YY`, also with a hyphen; some list entries are a country followed by EN (`lu_EN`). */
export const isLocale = (text: string): boolean => {
  const [, language, region] = /^([a-z]{2})[_-]([A-Z]{2})$/.exec(text) ?? [];
  return language !== undefined && (LANGUAGES.has(language) || region === 'EN');
};

const canonical = (locale: string): string => {
  const [, language = 'en', region = 'US'] = /^([a-z]{2})[_-]([A-Z]{2})$/.exec(locale) ?? [];
  if (region === 'EN') return 'en-GB';
  return `${language}-${region === 'UK' ? 'GB' : region}`;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minute precision, two-digit year, in UTC; what stands before AM/PM depends on the library of the day. */
export const localDate = (atMs: number, locale: string, narrow: boolean): string => {
  const tag = canonical(locale);
  const format = formats.get(tag) ?? new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeStyle: 'short', timeZone: 'UTC' });
  formats.set(tag, format);
  const text = format.format(atMs).replaceAll('\u202f', ' ');
  return narrow ? text.replace(/ (?=[AP]M$)/, '\u202f') : text;
};

interface Messages {
  readonly willUse: (price: number, quota: number) => string;
  readonly overage: (amount: string) => string;
  readonly noCredits: string;
  readonly checkout: string;
  readonly notCovered: string;
  readonly credits: (price: number) => string;
}

const ENGLISH: Messages = {
  willUse: (price, quota) => `Takes ${price} of the ${quota} credits you have left.`,
  overage: (amount) => `Your plan is used up: this will be billed at US$${amount}.`,
  noCredits: 'No credits are left in this profile.',
  checkout: 'Choose a plan first to license this asset.',
  notCovered: 'Assets of this type are outside your plan.',
  credits: (price) => `${price} ${price === 1 ? 'Credit' : 'Credits'}`,
};

const BY_LANGUAGE: Readonly<Record<string, Messages>> = {
  de: {
    willUse: (price, quota) => `Verbraucht ${price} Ihrer ${quota} Credits.`,
    overage: (amount) => `Ihr Plan ist verbraucht: Es werden ${amount.replace('.', ',')} $ berechnet.`,
    noCredits: 'In diesem Profil sind keine Credits mehr vorhanden.',
    checkout: 'Bitte zuerst einen Plan wählen.',
    notCovered: 'Diese Art von Asset gehört nicht zu Ihrem Plan.',
    credits: (price) => `${price} ${price === 1 ? 'Credit' : 'Credits'}`,
  },
  fr: {
    willUse: (price, quota) => `Utilisera ${price} de vos ${quota} crédits.`,
    overage: (amount) => `Votre formule est épuisée : ${amount.replace('.', ',')} $ seront facturés.`,
    noCredits: 'Plus aucun crédit dans ce profil.',
    checkout: 'Choisissez d’abord une formule.',
    notCovered: 'Ce type d’élément ne fait pas partie de votre formule.',
    credits: (price) => `${price} ${price === 1 ? 'crédit' : 'crédits'}`,
  },
};

export const messagesFor = (locale: string): Messages => BY_LANGUAGE[locale.slice(0, 2)] ?? ENGLISH;
