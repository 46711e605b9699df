import { describe, expect, test } from 'vitest';
import { groupsOf, personAt, withChanged, withoutPerson, withRecreated } from '../../../src/rehearsal/demo/directory-changes.ts';
import { inventDirectory } from '../../../src/rehearsal/invent-directory.ts';

const directory = inventDirectory({ people: 20 });
const boss = personAt(directory, 0);
const report = personAt(directory, 3);

describe('the simulated directory', () => {
  test('changes one person and no other', () => {
    const after = withChanged(directory, report.objectId, { accountEnabled: false });
    expect(after.people.filter((person) => !person.accountEnabled)).toEqual([{ ...report, accountEnabled: false }]);
    expect(after.groups).toBe(directory.groups);
  });

  test('removes a deleted person from groups and as a manager', () => {
    const after = withoutPerson(directory, boss.objectId);
    expect(after.people).toHaveLength(19);
    expect(groupsOf(after, boss.objectId)).toEqual([]);
    expect(after.people.some((person) => person.manager === boss.objectId)).toBe(false);
  });

  test('creates a person again under another id, in the same groups', () => {
    const groups = groupsOf(directory, report.objectId);
    const after = withRecreated(withoutPerson(directory, report.objectId), { ...report, accountEnabled: false }, 'anew', groups);
    expect(after.people.at(-1)).toEqual({ ...report, objectId: 'anew' });
    expect(groupsOf(after, 'anew')).toEqual(groups);
    expect(groups).not.toEqual([]);
  });

  test('throws if no person is at an index', () => {
    expect(() => personAt(directory, 20)).toThrow('no person number 20');
  });
});
