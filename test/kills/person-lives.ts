import type { EntraPerson } from '../../src/rehearsal/entra-directory.ts';

/** One change of the directory: the new state of a person, or the id of one who is deleted permanently. */
export type DirectoryChange = { readonly put: EntraPerson } | { readonly remove: EntraPerson };

/** The possible changes of a person after the creation, in order. */
type Life = (person: EntraPerson, index: number) => readonly DirectoryChange[];

const renamed = (person: EntraPerson, index: number): EntraPerson => ({ ...person, mail: `renamed.${index}@contoso.com` });
const disabled = (person: EntraPerson): EntraPerson => ({ ...person, accountEnabled: false });

/**
 * The kinds of lives, used in rotation. A person who is deleted never had another e-mail before: the record of a person who is created
 * again is found by the e-mail that the system last accepted, which depends on the time of a kill.
 */
const lives: readonly Life[] = [
  () => [],
  (person, index) => [{ put: renamed(person, index) }],
  (person) => [{ put: disabled(person) }],
  (person) => [{ put: disabled(person) }, { put: person }],
  (person) => [{ put: disabled(person) }, { put: { ...person, givenName: 'Returned' } }],
  (person) => [{ remove: person }],
  (person) => [{ remove: person }, { put: person }],
  (person, index) => [{ put: renamed(person, index) }, { put: disabled(renamed(person, index)) }, { put: renamed(person, index) }],
  (person) => [{ put: disabled(person) }, { remove: person }],
  (person) => [{ put: disabled(person) }, { remove: person }, { put: person }],
];

/** Two people who swap their e-mails; a person without an e-mail does not swap. */
function swap(one: EntraPerson, other: EntraPerson): readonly DirectoryChange[] {
  if (one.mail === undefined || other.mail === undefined) return [];
  return [{ put: { ...one, mail: other.mail } }, { put: { ...other, mail: one.mail } }];
}

/**
 * The lives of a number of people: independent lists of changes, each to be carried out in order. Of every twelve people, ten have separate
 * lives and two swap their e-mails.
 */
export function inventLives(people: readonly EntraPerson[]): readonly (readonly DirectoryChange[])[] {
  return people.flatMap((person, index) => {
    const turn = index % (lives.length + 2);
    const life = lives[turn];
    if (life !== undefined) return [[{ put: person }, ...life(person, index)]];
    const other = people[index + 1];
    if (turn !== lives.length) return people[index - 1] === undefined ? [[{ put: person }]] : [];
    return [other === undefined ? [{ put: person }] : [{ put: person }, { put: other }, ...swap(person, other)]];
  });
}
