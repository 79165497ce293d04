/** What pictures are about: subjects and settings that can be put together, and titles in other scripts that say the same. */

export interface Theme {
  readonly name: string;
  readonly people: 'never' | 'sometimes' | 'always';
  readonly subjects: readonly string[];
  readonly settings: readonly string[];
  readonly keywords: readonly string[];
  readonly otherScripts: readonly string[];
  /** Cities near which it can be seen; empty: anywhere. */
  readonly cities: readonly string[];
}

const list = (text: string, mark = ','): readonly string[] => text.split(mark).map((word) => word.trim());

const theme = (
  name: string,
  people: Theme['people'],
  subjects: string,
  settings: string,
  keywords: string,
  otherScripts: string,
  cities = '',
): Theme => ({
  name,
  people,
  subjects: list(subjects),
  settings: list(settings),
  keywords: list(keywords),
  otherScripts: list(otherScripts, '|'),
  cities: cities === '' ? [] : list(cities),
});

export const THEMES: readonly Theme[] = [
  theme(
    'mountains',
    'never',
    'layered mountain ridges, snow-capped peaks, misty alpine valley, high pass above the clouds, rugged summit, distant blue hills, granite peaks',
    'at sunrise, in evening haze, under a pale winter sun, after the first snow, in late autumn light, before a storm, seen from the trail',
    'mountain, ridge, summit, alpine, landscape, outdoors, wilderness, valley, haze, hiking, nature, scenic, panorama, silence, altitude, travel destination',
    '朝霧に包まれた山並み|جبال زرقاء عند شروق الشمس|Горные хребты на рассвете|Βουνοκορφές στην πρωινή ομίχλη|夕焼けの山々 🏔️',
    'Reykjavik, Bergen, Tromsø, Edinburgh, Innsbruck, Zürich, Lausanne, Lyon, Ljubljana, Kraków, Tbilisi, Marrakesh, Cape Town, Nairobi, Beirut, Chiang Mai, Kochi, Sapporo, Kanazawa, Taipei, Hobart, Wellington, Queenstown, Vancouver, Santa Fe, Oaxaca, Medellín, Cusco, Valparaíso',
  ),
  theme(
    'city',
    'never',
    'city skyline, downtown towers, rooftops and cranes, office buildings, high-rise district, old town roofs, riverside towers',
    'at dusk, with lights coming on, in blue hour, under a violet sky, on a rainy evening, before dawn, seen across the river',
    'city, skyline, urban, architecture, dusk, downtown, tower, windows, lights, business district, evening, cityscape, real estate, modern, infrastructure, metropolis',
    '夕暮れの都市のスカイライン|أفق المدينة عند الغروب|Вечерний город с высоты|Ο ορίζοντας της πόλης το σούρουπο|Ночной город 🌃',
  ),
  theme(
    'sea',
    'sometimes',
    'sailing boats, lone yacht, regatta fleet, fishing boats, calm sea, two sails on open water, wooden sloop',
    'on a calm morning, in the afternoon breeze, against a low sun, off the coast, heading home, under high clouds, after the rain',
    'sea, sail, boat, yacht, ocean, horizon, coast, water, summer, wind, regatta, voyage, leisure, blue, freedom, nautical',
    '静かな海とヨット|قوارب شراعية في بحر هادئ|Парусники на спокойной воде|Ιστιοφόρα στο ήρεμο Αιγαίο|海と帆 ⛵',
    'Reykjavik, Bergen, Tromsø, Stockholm, Göteborg, Copenhagen, Helsinki, Galway, Hamburg, Marseille, Nantes, Palermo, Trieste, Valencia, Porto, Lisbon, Gdańsk, Split, Thessaloniki, Chania, İzmir, Cape Town, Accra, Beirut, Muscat, Kochi, Colombo, Đà Nẵng, Penang, Busan, Melbourne, Hobart, Wellington, Vancouver, Savannah, Montevideo, Florianópolis',
  ),
  theme(
    'fields',
    'never',
    'rows of lavender, ploughed field, vineyard rows, wheat field, terraced farmland, country road through rape fields, furrows and poplars',
    'in early summer, at harvest time, under drifting clouds, towards evening, in morning dew, after ploughing, on a windy day',
    'field, agriculture, farmland, rural, crop, harvest, countryside, perspective, horizon, sustainable, vineyard, soil, summer, growth, food production, rows',
    '夏のラベンダー畑|حقول القمح وقت الحصاد|Пшеничное поле летом|Σειρές αμπελιών το φθινόπωρο|Лавандовые ряды 🌾',
  ),
  theme(
    'botanical',
    'never',
    'tropical leaves, pressed ferns, eucalyptus branch, monstera leaf, olive twigs, abstract botanical shapes, ginkgo leaves',
    'on a plain background, in soft window light, arranged by hand, in muted colours, with copy space, seen from above, casting long shadows',
    'leaf, plant, botanical, green, nature, pattern, background, fern, organic, minimal, copy space, wellness, spring, herbal, decoration, growth',
    '緑の葉のある静かな構図|أوراق استوائية على خلفية فاتحة|Листья папоротника на светлом фоне|Φύλλα ελιάς σε απαλό φως|植物のかたち 🌿',
  ),
  theme(
    'still life',
    'never',
    'geometric still life, spheres and arches, ceramic vases, paper shapes, wooden blocks, pedestal with sphere, stacked stones',
    'in pastel colours, with long shadows, on a plaster background, in balance, lit from the side, for product display, in warm tones',
    'still life, geometry, composition, shape, podium, product display, pastel, shadow, minimalism, studio, design, sphere, balance, mock-up, background, concept',
    '幾何学的な静物|أشكال هندسية بألوان هادئة|Геометрический натюрморт|Νεκρή φύση με γεωμετρικά σχήματα',
  ),
  theme(
    'portrait',
    'always',
    'portrait of a young woman, man in profile, smiling engineer, thoughtful student, two colleagues talking, grandmother and granddaughter, dancer in silhouette',
    'in soft evening light, against a coloured wall, by the window, looking to the side, in a quiet moment, on a summer night, with eyes closed',
    'portrait, person, people, profile, silhouette, face, confidence, lifestyle, looking away, adult, studio shot, emotion, diversity, head and shoulders, human, identity',
    '窓辺の若い女性の横顔|صورة جانبية لرجل عند المساء|Портрет девушки у окна|Πορτρέτο μιας νέας γυναίκας|友だち 😊',
  ),
  theme(
    'desert',
    'sometimes',
    'sand dunes, wind-blown ridge, caravan track, red desert, dunes and long shadows, dry plain, camels on a dune',
    'at first light, in the heat of noon, under a huge sun, towards sunset, after the wind, in pale moonlight, far from the road',
    'desert, dune, sand, dry, heat, sun, wilderness, ripple, travel, solitude, minimal landscape, climate, shadow, horizon, adventure, arid',
    '夕日の砂丘|كثبان رملية عند الغروب|Песчаные дюны на закате|Αμμόλοφοι στο φως του δειλινού|صحراء 🐪',
    'Marrakesh, Muscat, Amman, Jaipur, Santa Fe, Cusco, Valparaíso, Cape Town',
  ),
  theme(
    'forest',
    'sometimes',
    'pine forest, spruce tops, birch wood, woodland path, old firs, forest clearing, rows of pines',
    'in fog, at dawn, after the rain, in winter silence, with sunbeams, in deep green, under a cold sky',
    'forest, tree, pine, fog, woodland, nature, environment, conservation, carbon, trunk, morning, green, mood, hike, ecology, timber',
    '霧の中の松林|غابة الصنوبر في الضباب|Сосновый лес в тумане|Πευκοδάσος στην ομίχλη|Тихий лес 🌲',
  ),
  theme(
    'food',
    'sometimes',
    'bowl of citrus fruit, breakfast table, ripe oranges and figs, vegetable soup, market vegetables, plate with lemons, shared lunch',
    'seen from above, on a linen cloth, in natural light, for a small family, on a blue table, freshly prepared, with herbs',
    'food, table, fruit, bowl, fresh, healthy eating, vegetarian, breakfast, overhead view, plate, organic, vitamin, meal, cooking, citrus, seasonal',
    '朝の食卓と果物|مائدة إفطار مع فواكه طازجة|Свежие фрукты на столе|Φρέσκα φρούτα σε μπολ|Crème bru\u0302le\u0301e et cafe\u0301 ☕',
  ),
  theme(
    'architecture',
    'never',
    'façade with balconies, apartment block, modern office façade, arched gallery, shutters and awnings, concrete housing, museum wing',
    'in hard sunlight, with blue shadows, in repeating pattern, after renovation, on a quiet street, in two colours, seen from below',
    'architecture, façade, window, building, pattern, balcony, housing, geometry, construction, exterior, symmetry, real estate, apartment, design, street, residential',
    '集合住宅の窓|واجهة مبنى حديث|Фасад жилого дома|Πρόσοψη με μπαλκόνια',
  ),
  theme(
    'waves',
    'never',
    'flowing colour waves, abstract ribbons, soft gradient curves, layered paper waves, sound waves, liquid bands of colour, folded silk shapes',
    'in deep blue, as a background, with fine grain, for presentations, in warm colours, with copy space, in motion',
    'abstract, wave, background, gradient, flow, curve, technology, colour, texture, wallpaper, motion, banner, energy, design element, modern, data',
    '流れるような色の波|أمواج لونية مجردة|Абстрактные волны|Αφηρημένα κύματα χρώματος',
  ),
  theme(
    'workplace',
    'always',
    'woman working at a laptop, team in a meeting, designer at her desk, man on a video call, nurse writing notes, two developers, teacher preparing a lesson',
    'by a large window, late in the evening, in a bright office, at home, with plants around, on a Monday morning, before the deadline',
    'work, office, laptop, desk, business, teamwork, remote working, technology, meeting, concentration, professional, indoors, people, start-up, window, productivity',
    '窓辺で働く女性|فريق عمل في مكتب مضيء|Команда на рабочей встрече|Γυναίκα που εργάζεται στο γραφείο|在宅勤務 💻',
  ),
  theme(
    'night sky',
    'never',
    'northern lights, milky way, full moon, starry sky, aurora over a lake, crescent moon and stars, moonlit hills',
    'over quiet hills, in midwinter, above the tree line, on a clear night, seen from the shore, in green and violet, far from the city',
    'night, star, aurora, moon, sky, astronomy, space, winter, dark, landscape, magic, galaxy, reflection, cold, wonder, phenomenon',
    '冬の夜空とオーロラ|سماء مرصعة بالنجوم فوق التلال|Северное сияние над озером|Έναστρος ουρανός πάνω από λόφους|満月 🌕',
    'Reykjavik, Tromsø, Bergen, Stockholm, Helsinki, Edinburgh, Galway, Innsbruck, Queenstown, Hobart, Vancouver, Sapporo, Montréal',
  ),
];
