import { describe, expect, test } from 'vitest';
import { groupNames, inventDirectory } from '../../src/rehearsal/invent-directory.ts';

describe('the generated directory', () => {
  const directory = inventDirectory({ people: 250 });

  test('has the requested number of people and twelve groups', () => {
    expect(directory.people).toHaveLength(250);
    expect(directory.groups.map((group) => group.displayName)).toEqual(groupNames);
    expect(groupNames).toHaveLength(12);
  });

  test('is the same for the same seed and differs for another', () => {
    expect(inventDirectory({ people: 250, seed: 1 })).toEqual(directory);
    expect(inventDirectory({ people: 250, seed: 2 }).people[0]).not.toEqual(directory.people[0]);
  });

  test('has unique sign-in names and ids, regardless of case, even among thousands', () => {
    const { people } = inventDirectory({ people: 3000 });
    expect(new Set(people.map((person) => person.userPrincipalName.toLowerCase())).size).toBe(3000);
    expect(new Set(people.map((person) => person.objectId)).size).toBe(3000);
  });

  test('has sign-in names with only plain letters, digits, apostrophes, hyphens and dots', () => {
    for (const person of directory.people) expect(person.userPrincipalName).toMatch(/^[a-z'-]+\.[a-z'-]+\d*@contoso\.com$/);
  });

  test.each([
    ['umlauts', /[äöüß]/i],
    ['apostrophes', /['’]/],
    ['Chinese or Japanese characters', /\p{Script=Han}/u],
    ['Greek letters', /\p{Script=Greek}/u],
    ['letters that cp1252 lacks', /[łżşğıİ]/],
  ])('has people with %s in their names', (_, pattern) => {
    expect(directory.people.some((person) => pattern.test(person.displayName))).toBe(true);
  });

  test('has its special cases at fixed indexes', () => {
    expect(directory.people[4]?.mail).toBeUndefined();
    expect(directory.people[5]?.surname).toBeUndefined();
    expect(directory.people[6]?.department).toBeUndefined();
    expect(directory.people[7]?.jobTitle?.length).toBeGreaterThan(100);
    expect(directory.people[8]?.jobTitle).toMatch(/^=/);
    expect(directory.people[9]?.mail).not.toBe(directory.people[9]?.userPrincipalName);
  });

  test('gives everyone except the first a manager who is earlier in the list', () => {
    const places = new Map(directory.people.map((person, index) => [person.objectId, index]));
    for (const [index, person] of directory.people.entries()) {
      if (index === 0) expect(person.manager).toBeUndefined();
      else expect(places.get(person.manager ?? '')).toBeLessThan(index);
    }
  });

  test('puts everyone into the first group, no one into the last, and only people into each', () => {
    const ids = new Set(directory.people.map((person) => person.objectId));
    expect(directory.groups[0]?.members).toHaveLength(250);
    expect(directory.groups.at(-1)?.members).toHaveLength(0);
    for (const group of directory.groups) expect(group.members.every((member) => ids.has(member))).toBe(true);
  });
});
