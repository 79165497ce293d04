/** Invented contributors: first and last names, studios, and full names in other scripts. */

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

export const FIRST_NAMES = list(`
  Anna, Mats, Ingrid, Jonas, Clara, Paweł, Agnieszka, Luca, Giulia, Marta, Diego, Inês, Tiago, Chloé, Étienne, Noémie, Saoirse, Callum,
  Freya, Oskar, Lena, Jürgen, Matěj, Zuzana, Eleni, Nikos, Ayşe, Emre, Layla, Omar, Amara, Kwame, Thandi, Priya, Arjun, Meera, Linh, Minh,
  Haruka, Kenji, Mei, Wei, Soo-jin, Ji-ho, Aroha, Tane, Maya, Caleb, Harper, Julián, Camila, Renata, Rafael, Beatriz, Solveig, Björn`);

export const LAST_NAMES = list(`
  Lindqvist, Haugen, Sørensen, Virtanen, Novák, Kowalska, Zieliński, Horvat, Papadakis, Yıldız, Haddad, Khoury, Mensah, Okafor, Dlamini,
  Wanjiru, Raman, Iyer, Chaudhary, Nguyen, Trần, Suzuki, Okada, Watanabe, Lin, Chen, Park, Kang, Tamihana, Whitfield, Marlowe, Ashdown,
  Calloway, Brennan, O’Sullivan, Dufour, Lefèvre, Moreau, Castellani, Ferraro, Bianchi, Rosselló, Ibáñez, Quiroga, Figueiredo, Tavares,
  Baumgartner, Grünwald, Schäfer, de Vries, van Dijk, Peeters, Aguirre, Valdés, Monteiro`);

export const STUDIOS = list(`
  Northlight Frames, Two Herons Studio, Salt & Cedar, Slow Shutter Collective, Blue Kettle Pictures, Paper Moon Images, Halden Photo,
  Ostwind Bilder, Studio Marée, Lumen & Linden, Fieldnote Media, Third Floor Stills, Quiet Harbour, Ember Lane, Kiteline Studio`);

export const NAMES_IN_OTHER_SCRIPTS: readonly string[] = [
  '高橋 美咲',
  '渡辺 健太',
  '佐藤スタジオ',
  '小林 結衣',
  'ليلى حداد',
  'عمر الخطيب',
  'استوديو الياسمين',
  'Ольга Миронова',
  'Андрей Ковальчук',
  'Студия «Север»',
  'Ελένη Παπαδάκη',
  'Νίκος Γεωργίου',
  '김지호',
  '林雅文',
  'मीरा अय्यर',
  // Decomposed on purpose: o + U+0308, e + U+0301, and stacked Vietnamese marks.
  'Bjo\u0308rn Ala\u0301rcon \u{1F4F7}',
  'Tra\u0302\u0300n Thi\u0323 Ha\u0300',
];
