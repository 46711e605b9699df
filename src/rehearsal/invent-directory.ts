// Generates a reproducible directory of invented people and groups.
import type { EntraDirectory, EntraGroup, EntraPerson } from './entra-directory.ts';
import { departments, namePools, offices, type NamePool } from './invented-names.ts';

/** Options of an invented directory. */
export interface InventOptions {
  /** Number of people, at least 1; tested up to 100,000. */
  readonly people: number;
  /** Equal seeds give equal directories. Default 1. */
  readonly seed?: number;
  /** The domain of sign-in names and e-mail addresses. Default `contoso.com`. */
  readonly domain?: string;
}

/**
 * Generates a directory that is the same for the same options: people with names of eleven traditions, offices, managers, and twelve
 * groups. Sign-in names are unique. With ten or more people, the same indexes always have special cases: a person without an e-mail (4),
 * without a family name (5), without a department and office (6), with a very long job title (7), with a text that a spreadsheet would
 * interpret as a formula (8), and with an e-mail that differs from the sign-in name (9). Person 0 has no manager; no person is their own
 * manager.
 */
export function inventDirectory(options: InventOptions): EntraDirectory {
  const random = makeRandom(options.seed ?? 1);
  const taken = new Set<string>();
  const people = Array.from({ length: options.people }, (_, index) => inventPerson(index, random, taken, options.domain ?? 'contoso.com'));
  return { people, groups: inventGroups(people, random) };
}

/** Names of the twelve groups, in order. All people are in the first; all except contractors are in the second. */
export const groupNames: readonly string[] = [
  'All Staff',
  'Visitor Hosts',
  'VM-Berlin',
  'VM-Graz & Wien',
  'VM-London',
  "Première Équipe d'Accueil",
  'Fire Wardens (Gebäude B2)',
  'First Aiders',
  'Lab Access "Blue"',
  'Works Council',
  '訪問者受付',
  'Empty for now',
];

type Random = () => number;

function inventPerson(index: number, random: Random, taken: Set<string>, domain: string): EntraPerson {
  const pool = pick(namePools, random);
  const [given, givenLatin] = spell(pick(pool.given, random));
  const [family, familyLatin] = spell(pick(pool.family, random));
  const nickname = claimNickname(`${toMailName(givenLatin)}.${toMailName(familyLatin)}`, taken);
  const department = pick(departments, random);
  const place = pick(offices, random);
  const number = String(index + 1);
  const person: EntraPerson = {
    objectId: toObjectId(index),
    userPrincipalName: `${nickname}@${domain}`,
    mailNickname: nickname,
    accountEnabled: true,
    displayName: pool.familyFirst === true ? `${family} ${given}` : `${given} ${family}`,
    givenName: given,
    surname: family,
    mail: `${nickname}@${domain}`,
    jobTitle: pick(department.titles, random),
    department: department.name,
    employeeId: number.padStart(5, '0'),
    physicalDeliveryOfficeName: place.office,
    streetAddress: place.street,
    city: place.city,
    postalCode: place.postalCode,
    country: place.country,
    telephoneNumber: `+49 30 5550 ${number.padStart(4, '0')}`,
    preferredLanguage: pool.language,
    ...(random() < 0.7 && { mobile: `+43 660 555 ${number.padStart(4, '0')}` }),
    ...(index > 0 && { manager: toObjectId(Math.floor((index - 1) / 8)) }),
  };
  return toOddity(index, pool, person);
}

/** Changes the people at indexes 4 to 9 to special cases, which occur in real directories but rarely in test data. */
function toOddity(index: number, pool: NamePool, person: EntraPerson): EntraPerson {
  switch (index) {
    case 4:
      return without(person, 'mail');
    case 5:
      return { ...without(person, 'surname'), displayName: person.givenName ?? person.displayName };
    case 6:
      return without(without(person, 'department'), 'physicalDeliveryOfficeName');
    case 7:
      return { ...person, jobTitle: `Deputy to the ${'Vice '.repeat(30)}President` };
    case 8:
      return { ...person, jobTitle: '=HYPERLINK("http://example.test","Chief")' };
    case 9:
      return { ...person, mail: `reception.${pool.country.toLowerCase()}@visitors.example` };
    default:
      return person;
  }
}

function inventGroups(people: readonly EntraPerson[], random: Random): readonly EntraGroup[] {
  const membersOf = (name: string): readonly EntraPerson[] => {
    switch (name) {
      case 'All Staff':
        return people;
      case 'Visitor Hosts':
        return people.filter((person) => person.department !== 'Contractors');
      case 'VM-Berlin':
        return people.filter((person) => person.city === 'Berlin');
      case 'VM-Graz & Wien':
        return people.filter((person) => person.country === 'AT');
      case 'VM-London':
        return people.filter((person) => person.city === 'London');
      case 'Empty for now':
        return [];
      default:
        return people.filter(() => random() < 0.05);
    }
  };
  return groupNames.map((displayName, index) => ({
    objectId: `9a0b0000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    displayName,
    members: membersOf(displayName).map((person) => person.objectId),
  }));
}

function toObjectId(index: number): string {
  return `5e0f0000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function claimNickname(wanted: string, taken: Set<string>): string {
  let nickname = wanted;
  for (let number = 2; taken.has(nickname); number += 1) nickname = `${wanted}${number}`;
  taken.add(nickname);
  return nickname;
}

/**
 * Converts a name for a sign-in name: Latin letters without marks. Apostrophes stay (Entra allows them); spaces and other characters are
 * removed.
 */
function toMailName(name: string): string {
  const latin = name.replaceAll('ß', 'ss').replaceAll('œ', 'oe').replaceAll('Ł', 'L').replaceAll('ł', 'l').replaceAll('ı', 'i');
  return latin
    .normalize('NFD')
    .replaceAll('’', "'")
    .replaceAll(/[^A-Za-z'-]/g, '')
    .toLowerCase();
}

function spell(name: NamePool['given'][number]): readonly [string, string] {
  return typeof name === 'string' ? [name, name] : name;
}

function pick<T>(list: readonly T[], random: Random): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error('Internal error: cannot pick from an empty list');
  return chosen;
}

function without(person: EntraPerson, attribute: 'mail' | 'surname' | 'department' | 'physicalDeliveryOfficeName'): EntraPerson {
  const { [attribute]: _, ...rest } = person;
  return rest;
}

/** The generator Mulberry32: small, fast, and with the same results on every machine. Numbers from 0 (inclusive) to 1 (exclusive). */
function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
