import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { memberMatcher } from '../../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { GroupEdit, MembersEdit } from '../../../src/scim/patch/group-edit.ts';
import type { PatchOperation } from '../../../src/scim/patch/patch-operation.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../../src/scim/patch/reduce-group.ts';
import { type MemberRef, groupUrn } from '../../../src/scim/resource.ts';
import { errorOf, schemas } from '../samples.ts';

function reduce(...operations: object[]): GroupEdit {
  return reduceGroupPatch(parsePatch({ Operations: operations }), schemas);
}

const keep = { base: 'keep', add: [], remove: [] };

// docs/entra-facts.md#changing-members
describe('the members in one operation', () => {
  test.each<[string, object, object]>([
    ['add', { op: 'Add', path: 'members', value: [{ $ref: null, value: 'a' }] }, { ...keep, add: [{ value: 'a' }] }],
    [
      'add several',
      { op: 'Add', path: 'members', value: [{ value: 'a' }, { value: 'b' }] },
      { ...keep, add: [{ value: 'a' }, { value: 'b' }] },
    ],
    ['add text', { op: 'add', path: 'members', value: 'a' }, { ...keep, add: [{ value: 'a' }] }],
    ['add texts', { op: 'add', path: 'members', value: ['a', 'b'] }, { ...keep, add: [{ value: 'a' }, { value: 'b' }] }],
    [
      'add with extra keys',
      { name: 'addMember', op: 'add', path: 'members', value: [{ displayName: 'X', value: 'a', type: 'user' }] },
      { ...keep, add: [{ value: 'a', type: 'User', display: 'X' }] },
    ],
    ['add without a path', { op: 'add', value: { Members: [{ value: 'a' }] } }, { ...keep, add: [{ value: 'a' }] }],
    ['add nothing', { op: 'add', path: 'members', value: [] }, keep],
    ['add a URN path', { op: 'add', path: `${groupUrn}:members`, value: 'a' }, { ...keep, add: [{ value: 'a' }] }],
    ['add twice in one value', { op: 'add', path: 'members', value: ['a', 'a'] }, { ...keep, add: [{ value: 'a' }] }],
    [
      'remove listed members',
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }, { value: 'b' }] },
      { ...keep, remove: ['a', 'b'] },
    ],
    ['remove listed text', { op: 'Remove', path: 'members', value: 'a' }, { ...keep, remove: ['a'] }],
    ['remove an empty list: no one', { op: 'Remove', path: 'members', value: [] }, keep],
    ['remove by filter', { op: 'remove', path: 'members[value eq "a"]' }, { ...keep, remove: ['a'] }],
    ['remove by filter, in another case', { op: 'remove', path: 'Members[Value EQ a]' }, { ...keep, remove: ['a'] }],
    ['remove several by filter', { op: 'remove', path: 'members[value eq "a" or value eq "b"]' }, { ...keep, remove: ['a', 'b'] }],
    [
      'remove by another filter',
      { op: 'remove', path: 'members[type eq "Group"]' },
      { ...keep, removeWhere: parseFilter('type eq "Group"') },
    ],
    ['clear by filter', { op: 'replace', path: 'members[value eq "a"]', value: null }, { ...keep, remove: ['a'] }],
    ['remove all', { op: 'remove', path: 'members' }, { base: 'none', add: [], remove: [] }],
    ['replace', { op: 'replace', path: 'members', value: [{ value: 'a' }] }, { base: 'none', add: [{ value: 'a' }], remove: [] }],
    [
      'replace without a path',
      { op: 'replace', value: { members: [{ value: 'a' }] } },
      { base: 'none', add: [{ value: 'a' }], remove: [] },
    ],
    ['replace by an empty list', { op: 'replace', path: 'members', value: [] }, { base: 'none', add: [], remove: [] }],
  ])('are changed by: %s', (_, operation, members) => {
    expect(reduce(operation)).toEqual({ members });
  });

  test.each([
    [{ op: 'add', path: 'members', value: [{ display: 'X' }] }, 'invalidValue'],
    [{ op: 'add', path: 'members', value: [{ value: 7 }] }, 'invalidValue'],
    [{ op: 'replace', path: 'members' }, 'invalidValue'],
    [{ op: 'replace', path: 'members', value: {} }, 'invalidValue'],
    [{ op: 'replace', path: 'members', value: [{}] }, 'invalidValue'],
    [{ op: 'replace', path: 'members', value: [{ value: '' }] }, 'invalidValue'],
    [{ op: 'replace', value: { members: ['a', {}] } }, 'invalidValue'],
    [{ op: 'remove', path: 'members', value: [{ value: '' }] }, 'invalidValue'],
    [{ op: 'remove', path: 'members', value: [{ type: 'User' }] }, 'invalidValue'],
    [{ op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }, 'mutability'],
    [{ op: 'replace', path: 'members[value eq "a"].display', value: 'X' }, 'mutability'],
    [{ op: 'replace', path: 'members.value', value: 'a' }, 'mutability'],
    [{ op: 'remove', path: 'members[value gt' }, 'invalidPath'],
    [{ op: 'remove', path: 'members[value is "a"]' }, 'invalidFilter'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
  ])('%j is refused before a Group is read', (operation, scimType) => {
    expect(errorOf(() => reduce(operation))).toMatchObject({ status: 400, scimType });
  });
});

describe('several operations on members', () => {
  const add = (value: string) => ({ op: 'add', path: 'members', value: [{ value }] });
  const remove = (value: string) => ({ op: 'remove', path: `members[value eq "${value}"]` });

  test.each<[string, object[], object]>([
    ['add after remove keeps the member', [remove('a'), add('a')], { ...keep, add: [{ value: 'a' }] }],
    ['remove after add drops it', [add('a'), remove('a')], { ...keep, remove: ['a'] }],
    [
      'replace discards earlier operations',
      [add('a'), remove('b'), { op: 'replace', path: 'members', value: ['c'] }],
      { base: 'none', add: [{ value: 'c' }], remove: [] },
    ],
    [
      'remove after replace',
      [{ op: 'replace', path: 'members', value: ['a', 'b'] }, remove('a')],
      { base: 'none', add: [{ value: 'b' }], remove: [], next: { ...keep, remove: ['a'] } },
    ],
    ['remove all, then add', [{ op: 'remove', path: 'members' }, add('a')], { base: 'none', add: [{ value: 'a' }], remove: [] }],
    ['add, then remove all', [add('a'), { op: 'remove', path: 'members' }], { base: 'none', add: [], remove: [] }],
    [
      'a filter after an addition matches added members',
      [add('a'), { op: 'remove', path: 'members[type eq "User"]' }],
      { ...keep, add: [{ value: 'a' }], next: { ...keep, removeWhere: parseFilter('type eq "User"') } },
    ],
    [
      'another name after an addition may be the same member',
      [add('a'), remove('x-a'), add('b')],
      { ...keep, add: [{ value: 'a' }], next: { ...keep, remove: ['x-a'], add: [{ value: 'b' }] } },
    ],
    [
      'filters add up',
      [
        { op: 'remove', path: 'members[type eq "Group"]' },
        { op: 'remove', path: 'members[display sw "X"]' },
      ],
      { ...keep, removeWhere: parseFilter('type eq "Group" or display sw "X"') },
    ],
  ])('follow the rule: %s', (_, operations, members) => {
    expect(reduce(...operations)).toEqual({ members });
  });
});

describe('the attributes of a Group', () => {
  const lab = { displayName: 'Lab Staff', externalId: 'x-1' };

  it('are changed by the same PATCH as members', () => {
    const edit = reduce({ op: 'Replace', path: 'displayName', value: 'Lab Crew' }, { op: 'Add', path: 'members', value: [{ value: 'a' }] });
    expect(edit.change?.(lab)).toEqual({ displayName: 'Lab Crew', externalId: 'x-1' });
    expect(edit.members).toEqual({ ...keep, add: [{ value: 'a' }] });
  });

  it('and its members can be in one value without a path', () => {
    const edit = reduce({ op: 'replace', value: { displayName: 'Lab Crew', members: [{ value: 'a' }] } });
    expect(edit.change?.(lab).displayName).toBe('Lab Crew');
    expect(edit.members).toEqual({ base: 'none', add: [{ value: 'a' }], remove: [] });
  });

  it('are changed with its id in the value, as Okta does', () => {
    const edit = reduce({ op: 'replace', value: { id: 'g-1', displayName: 'Lab Crew' } });
    expect(edit.change?.(lab).displayName).toBe('Lab Crew');
    expect(edit.members).toBeUndefined();
  });

  it('return the same object when nothing changes', () => {
    expect(reduce({ op: 'replace', path: 'externalId', value: 'x-1' }).change?.(lab)).toBe(lab);
  });

  it('include the name, which cannot be removed', () => {
    const change = reduce({ op: 'replace', path: 'displayName', value: '' }).change;
    expect(errorOf(() => change?.(lab))).toMatchObject({ scimType: 'invalidValue' });
  });

  it.each([[[]], [[{ op: 'replace', path: 'nonsense', value: 'x' }]], [[{ op: 'replace', value: { meta: {} } }]]])(
    'are not changed by %j',
    (operations) => {
      expect(reduce(...operations)).toEqual({});
    },
  );
});

// The type of a member depends on its id, so that an added and an existing member are equal for a filter.
const idArbitrary = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const toRef = (value: string): MemberRef => ({ value, type: value < 'c' ? 'User' : 'Group' });
const filterArbitrary = fc.constantFrom(
  'value eq "a"',
  'value eq "a" or value eq "c"',
  'value ne "b"',
  'type eq "User"',
  'not (type eq "User" or value eq "d")',
  'value sw "e"',
);
const operationArbitrary: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constant('add' as const), path: fc.constant('members'), value: fc.array(idArbitrary.map(toRef), { maxLength: 3 }) }),
  fc.record({
    op: fc.constantFrom('remove' as const, 'replace' as const),
    path: fc.constant('members'),
    value: fc.array(idArbitrary.map(toRef), { maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('remove' as const), path: filterArbitrary.map((filter) => `members[${filter}]`) }),
  fc.constant({ op: 'remove' as const, path: 'members' }),
);

/** The members after an operation, as in a server with all members in memory. */
function applyNaively(members: ReadonlySet<string>, { op, path, value }: PatchOperation): ReadonlySet<string> {
  const listed = value === undefined ? undefined : new Set((value as readonly MemberRef[]).map((member) => member.value));
  if (op === 'add') return new Set([...members, ...(listed ?? [])]);
  if (op === 'replace') return listed ?? new Set();
  const inBrackets = path?.slice('members['.length, -1);
  if (inBrackets === undefined || path === 'members') return new Set(listed ? [...members].filter((id) => !listed.has(id)) : []);
  const matches = memberMatcher(parseFilter(inBrackets), schemas);
  return new Set([...members].filter((id) => !matches(toRef(id))));
}

/** The effect of an edit in a store, as {@link MembersEdit} describes it. */
function applyEdit(members: ReadonlySet<string>, edit: MembersEdit): ReadonlySet<string> {
  const matches = edit.removeWhere ? memberMatcher(edit.removeWhere, schemas) : () => false;
  const base = edit.base === 'none' ? [] : [...members].filter((id) => !edit.remove.includes(id) && !matches(toRef(id)));
  const edited = new Set([...base, ...edit.add.map((member) => member.value)]);
  return edit.next ? applyEdit(edited, edit.next) : edited;
}

function* stepsOf(edit: MembersEdit | undefined): Generator<MembersEdit> {
  for (let step = edit; step; step = step.next) yield step;
}

test('one combined edit has the effect of the operations one after another', () => {
  fc.assert(
    fc.property(fc.uniqueArray(idArbitrary), fc.array(operationArbitrary, { minLength: 1, maxLength: 6 }), (present, operations) => {
      const before = new Set(present);
      const { members } = reduceGroupPatch(operations, schemas);
      const naive = operations.reduce(applyNaively, before as ReadonlySet<string>);
      expect([...applyEdit(before, members ?? { base: 'keep', add: [], remove: [] })].toSorted()).toEqual([...naive].toSorted());
      for (const { add, remove } of stepsOf(members)) expect(remove.filter((id) => add.some(({ value }) => value === id))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('members are combined in a time that depends only on the PATCH', () => {
  const value = Array.from({ length: 1_000 }, (_, index) => ({ value: `u-${index}` }));
  const edit = reduce({ op: 'Add', path: 'members', value });
  expect(edit.members?.add).toHaveLength(1_000);
});
