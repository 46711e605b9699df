// Lists of names, offices and departments for invented people.
/** The names of one naming tradition: given and family names as people write them, with the Latin spelling for the sign-in name. */
export interface NamePool {
  readonly country: string;
  readonly language: string;
  /** Written names, with their Latin spelling if it differs. */
  readonly given: readonly (string | readonly [written: string, latin: string])[];
  readonly family: readonly (string | readonly [written: string, latin: string])[];
  /** True if the family name comes first in the display name. */
  readonly familyFirst?: boolean;
}

/** The names of all invented people, chosen for umlauts, apostrophes, hyphens, particles, ligatures and other scripts. */
export const namePools: readonly NamePool[] = [
  {
    country: 'DE',
    language: 'de-DE',
    given: ['Anna', 'Jürgen', 'Käthe', 'Björn', 'Sören', 'Lotte', 'Matthias', 'Änne', 'Hans-Peter', 'Ulrike', 'Jörg', 'Friederike'],
    family: [
      'Müller',
      'Groß',
      'Schäfer',
      'von der Heide',
      'Öztürk',
      'Weiß',
      'Krüger',
      'Schmidt-Rottluff',
      'Böhm',
      'Lindner',
      'Strauß',
      'Übel',
    ],
  },
  {
    country: 'AT',
    language: 'de-AT',
    given: ['Mira', 'Leopold', 'Resi', 'Xaver', 'Walburga', 'Florian'],
    family: ['Berg', 'Höllerer', 'Nußbaumer', 'Gruber', 'Prohaska', 'Sand'],
  },
  {
    country: 'GB',
    language: 'en-GB',
    given: ['Siobhán', 'Oliver', 'Charlotte', 'Mary Ann', 'Rhys', 'Amelia', 'George', 'Zoë', 'Imogen', 'D’Arcy'],
    family: ["O'Brien", "D'Souza", 'Smith', 'MacLeod', 'Featherstonehaugh', 'Patel', 'Ng', 'St. John-Smythe', 'Li', 'Hughes'],
  },
  {
    country: 'FR',
    language: 'fr-FR',
    given: ['Zoé', 'François', 'Anaïs', 'Benoît', 'Maëlle', 'Jean-Noël'],
    family: ["L'Écuyer", 'Lefèvre', 'Garçon', 'Cœur', 'Desprez', "d'Aboville"],
  },
  {
    country: 'PL',
    language: 'pl-PL',
    given: ['Łukasz', 'Małgorzata', 'Zbigniew', 'Agnieszka', 'Świętosława', 'Paweł'],
    family: ['Wiśniewski', 'Żółć', 'Dąbrowska', 'Łęcki', 'Kowalczyk', 'Ździebło'],
  },
  {
    country: 'SE',
    language: 'sv-SE',
    given: ['Åsa', 'Göran', 'Linnéa', 'Håkan', 'Ebba'],
    family: ['Ångström', 'Sjöberg', 'Lindqvist', 'Åkesson', 'Ström'],
  },
  {
    country: 'ES',
    language: 'es-ES',
    given: ['Íñigo', 'María José', 'Begoña', 'Andrés', 'Núria'],
    family: ['Muñoz García', 'Núñez', 'Ibáñez', 'de la Peña', 'Güell'],
  },
  {
    country: 'TR',
    language: 'tr-TR',
    given: ['İpek', 'Çağlar', 'Işıl', 'Oğuz', 'Şule'],
    family: ['Yıldız', 'Gökçe', 'Şahin', 'Ağaoğlu', 'İnan'],
  },
  {
    country: 'JP',
    language: 'ja-JP',
    given: [
      ['花子', 'Hanako'],
      ['太郎', 'Taro'],
      ['さくら', 'Sakura'],
      ['健一', 'Kenichi'],
    ],
    family: [
      ['山田', 'Yamada'],
      ['佐藤', 'Sato'],
      ['鈴木', 'Suzuki'],
      ['髙橋', 'Takahashi'],
    ],
    familyFirst: true,
  },
  {
    country: 'CN',
    language: 'zh-CN',
    given: [
      ['小明', 'Xiaoming'],
      ['丽', 'Li'],
      ['伟', 'Wei'],
      ['静怡', 'Jingyi'],
    ],
    family: [
      ['王', 'Wang'],
      ['欧阳', 'Ouyang'],
      ['张', 'Zhang'],
      ['吕', 'Lü'],
    ],
    familyFirst: true,
  },
  {
    country: 'GR',
    language: 'el-GR',
    given: [
      ['Ελένη', 'Eleni'],
      ['Γιώργος', 'Giorgos'],
      ['Κατερίνα', 'Katerina'],
    ],
    family: [
      ['Παπαδόπουλος', 'Papadopoulos'],
      ['Νικολάου', 'Nikolaou'],
      ['Ξανθάκης', 'Xanthakis'],
    ],
  },
];

/** A location of the company: the office in Entra, with its postal address. */
export interface EntraOffice {
  readonly office: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** The offices of invented people. */
export const offices: readonly EntraOffice[] = [
  { office: 'Berlin Mitte', street: 'Torstraße 49', city: 'Berlin', postalCode: '10119', country: 'DE' },
  { office: 'Graz', street: 'Annenstraße 23', city: 'Graz', postalCode: '8020', country: 'AT' },
  { office: 'Wien 1010', street: 'Wollzeile 7', city: 'Wien', postalCode: '1010', country: 'AT' },
  { office: 'London', street: "12 King's Cross Road", city: 'London', postalCode: 'WC1X 9QP', country: 'GB' },
  { office: 'Paris', street: "3 rue de l'Échiquier", city: 'Paris', postalCode: '75010', country: 'FR' },
  { office: 'Łódź', street: 'ul. Piotrkowska 80', city: 'Łódź', postalCode: '90-102', country: 'PL' },
];

/** The departments of invented people, with their job titles. */
export const departments: readonly { readonly name: string; readonly titles: readonly string[] }[] = [
  { name: 'Sales', titles: ['Account Manager', 'Sales Engineer', 'Key Account Manager'] },
  { name: 'Research & Development', titles: ['Engineer', 'Senior Engineer', 'Test Engineer, Embedded'] },
  { name: 'Production', titles: ['Shift Lead', 'Toolmaker', 'Operator'] },
  { name: 'Facility Management', titles: ['Caretaker', 'Electrician'] },
  { name: 'Human Resources', titles: ['Recruiter', 'Payroll Specialist'] },
  { name: 'Finance', titles: ['Controller', 'Accountant'] },
  { name: 'Reception', titles: ['Receptionist'] },
  { name: 'Contractors', titles: ['Consultant', 'Interim Engineer'] },
];
