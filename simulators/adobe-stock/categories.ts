/** The small tree of categories, three levels at most, with names in a few locales. */

export interface Category {
  readonly id: number;
  readonly parent: number | null;
  readonly names: Readonly<Record<string, string>>;
}

const category = (id: number, parent: number | null, en: string, de?: string, fr?: string): Category => ({
  id,
  parent,
  names: { en, ...(de ? { de } : {}), ...(fr ? { fr } : {}) },
});

const CATEGORIES: readonly Category[] = [
  category(1, null, 'Fauna', 'Tierwelt', 'Faune'),
  category(11, 1, 'Birds & Waders', 'Vögel', 'Oiseaux'),
  category(111, 11, 'Herons', 'Reiher', 'Hérons'),
  category(12, 1, 'Farm Life', 'Hoftiere', 'À la ferme'),
  category(2, null, 'Built Places', 'Gebautes', 'Lieux bâtis'),
  category(21, 2, 'Bridges', 'Brücken', 'Ponts'),
  category(22, 2, 'Harbours', 'Häfen', 'Ports'),
  category(221, 22, 'Cranes', 'Kräne', 'Grues'),
  category(3, null, 'Work', 'Arbeit', 'Travail'),
  category(31, 3, 'Workshops', 'Werkstätten', 'Ateliers'),
  category(32, 3, 'Offices', 'Büros', 'Bureaux'),
  category(4, null, 'Food & Drink', 'Essen & Trinken', 'Boire & manger'),
  category(41, 4, 'Bread', 'Brot', 'Pain'),
  category(5, null, 'Open Country', 'Landschaft', 'Paysages'),
  category(51, 5, 'Salt Flats'),
  category(52, 5, 'Forests', 'Wälder', 'Forêts'),
  category(6, null, 'People', 'Menschen', 'Personnes'),
  category(61, 6, 'Families', 'Familien', 'Familles'),
  category(7, null, 'Patterns', 'Muster', 'Motifs'),
  category(8, null, 'Travel', 'Reisen', 'Voyages'),
];

const byId = new Map(CATEGORIES.map((entry) => [entry.id, entry]));

/** Ids that assets are filed under. */
export const assetCategories: readonly number[] = CATEGORIES.map((entry) => entry.id);

export const findCategory = (id: number): Category | undefined => byId.get(id);

export const childCategories = (id: number | null): readonly Category[] => CATEGORIES.filter((entry) => entry.parent === id);

export const categoryName = (entry: Category, locale: string): string =>
  entry.names[locale.slice(0, 2)] ?? entry.names.en ?? String(entry.id);

/** True when the category is the wanted one or lies under it. */
export const liesUnder = (id: number | null, wanted: number): boolean => {
  for (let at = id; at !== null; at = byId.get(at)?.parent ?? null) if (at === wanted) return true;
  return false;
};
