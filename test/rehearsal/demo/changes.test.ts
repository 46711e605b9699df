import { describe, expect, test } from 'vitest';
import { groupsOf, personAt, withChanged, withoutPerson, withRecreated } from '../../../src/rehearsal/demo/changes.ts';
import { inventDirectory } from '../../../src/rehearsal/entra-people.ts';

const directory = inventDirectory({ people: 20 });
const boss = personAt(directory, 0);
const report = personAt(directory, 3);

describe('a directory that changes', () => {
  test('changes one person and nobody else', () => {
    const after = withChanged(directory, report.objectId, { accountEnabled: false });
    expect(after.people.filter((person) => !person.accountEnabled)).toEqual([{ ...report, accountEnabled: false }]);
    expect(after.groups).toBe(directory.groups);
  });

  test('loses a person from its groups and as a manager', () => {
    const after = withoutPerson(directory, boss.objectId);
    expect(after.people).toHaveLength(19);
    expect(groupsOf(after, boss.objectId)).toEqual([]);
    expect(after.people.some((person) => person.manager === boss.objectId)).toBe(false);
  });

  test('gets a person anew under another id, in the groups as before', () => {
    const groups = groupsOf(directory, report.objectId);
    const after = withRecreated(withoutPerson(directory, report.objectId), { ...report, accountEnabled: false }, 'anew', groups);
    expect(after.people.at(-1)).toEqual({ ...report, objectId: 'anew' });
    expect(groupsOf(after, 'anew')).toEqual(groups);
    expect(groups).not.toEqual([]);
  });

  test('knows when it has nobody at a place', () => {
    expect(() => personAt(directory, 20)).toThrow('no person 20');
  });
});
