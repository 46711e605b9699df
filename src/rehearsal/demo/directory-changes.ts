// Creates changed copies of the simulated directory for the steps of the demo.
import type { EntraDirectory, EntraPerson } from '../entra-directory.ts';

/** The person at an index of the directory. @throws if the index does not exist. */
export function personAt(directory: EntraDirectory, index: number): EntraPerson {
  const person = directory.people[index];
  if (person === undefined) throw new Error(`Internal error: the directory has no person number ${index}`);
  return person;
}

/** The directory with one person's attributes changed. */
export function withChanged(directory: EntraDirectory, objectId: string, change: Partial<EntraPerson>): EntraDirectory {
  return { ...directory, people: directory.people.map((person) => (person.objectId === objectId ? { ...person, ...change } : person)) };
}

/** The directory without a person, who is also removed from groups and as a manager. */
export function withoutPerson(directory: EntraDirectory, objectId: string): EntraDirectory {
  return {
    people: directory.people.flatMap((person) => {
      if (person.objectId === objectId) return [];
      if (person.manager !== objectId) return [person];
      const { manager: _, ...rest } = person;
      return [rest];
    }),
    groups: directory.groups.map((group) => ({ ...group, members: group.members.filter((member) => member !== objectId) })),
  };
}

/** The directory with a person who was deleted and created again: the same attributes, but another object in Entra. */
export function withRecreated(directory: EntraDirectory, person: EntraPerson, objectId: string, groups: readonly string[]): EntraDirectory {
  return {
    people: [...directory.people, { ...person, objectId, accountEnabled: true }],
    groups: directory.groups.map((group) =>
      groups.includes(group.objectId) ? { ...group, members: [...group.members, objectId] } : group,
    ),
  };
}

/** `objectId`s of the groups of a person. */
export function groupsOf(directory: EntraDirectory, objectId: string): readonly string[] {
  return directory.groups.flatMap((group) => (group.members.includes(objectId) ? [group.objectId] : []));
}
