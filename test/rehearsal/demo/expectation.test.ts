import { describe, expect, test } from 'vitest';
import { compareRecords, expectRecords, type DemoRules, type HeldRecord } from '../../../src/rehearsal/demo/expectation.ts';
import type { EntraPerson } from '../../../src/rehearsal/entra-directory.ts';

const anna: EntraPerson = {
  objectId: 'a',
  userPrincipalName: 'anna@contoso.com',
  mailNickname: 'anna',
  accountEnabled: true,
  displayName: 'Anna Berg',
  surname: 'Berg',
  jobTitle: 'Porter',
  employeeId: '1',
};
const withoutMail: EntraPerson = { ...anna, objectId: 'b', employeeId: '2', surname: 'Mute' };
const ben: EntraPerson = { ...anna, objectId: 'c', employeeId: '3', accountEnabled: false, mail: 'ben@contoso.com' };
const gone: EntraPerson = { ...anna, objectId: 'd', employeeId: '4' };

const rules: DemoRules = {
  holdsBack: (person) => (person.objectId === 'b' ? 'no e-mail' : undefined),
  disabled: 'absent',
  deleted: 'absent',
  toTitle: (title) => title.toUpperCase(),
};
const directory = { people: [ben, anna, withoutMail], groups: [] };
const record = (number: string, more: Partial<HeldRecord> = {}): HeldRecord => ({
  number,
  active: true,
  familyName: 'Berg',
  title: 'PORTER',
  ...more,
});

describe('the expected content of a system', () => {
  test('is everyone who is enabled and has a valid row, by number', () => {
    expect(expectRecords(directory, [gone], rules)).toEqual([record('1')]);
  });

  test('includes disabled and deleted people as inactive where the system keeps them', () => {
    expect(expectRecords(directory, [gone], { ...rules, disabled: 'inactive', deleted: 'inactive' })).toEqual([
      record('1'),
      record('3', { active: false }),
      record('4', { active: false }),
    ]);
  });
});

describe('the content of a system', () => {
  test.each<[string, readonly HeldRecord[], readonly string[]]>([
    ['the same in another order', [record('2'), record('1')], []],
    ['one too few', [record('1')], ['2 is missing']],
    ['one twice', [record('1'), record('2'), record('2')], ['2 has 2 records']],
    ['one too many', [record('1'), record('2'), record('9')], ['9 is unexpected']],
    ['one that left', [record('1'), record('2', { active: false })], ['2 is inactive']],
    ['an old name', [record('1'), record('2', { familyName: 'Koch' })], ['2 is named "Koch", not "Berg"']],
    ['an old title', [record('1'), record('2', { title: 'HEAD' })], ['2 has the title "HEAD", not "PORTER"']],
  ])('is compared with the last record: %s', (_, found, differences) => {
    expect(compareRecords([record('1'), record('2')], found)).toEqual(differences);
  });
});
