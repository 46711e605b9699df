import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { memberMatcher } from '../../../src/scim/filter/compile-filter.ts';
import type { GroupEdit, MembersEdit } from '../../../src/scim/patch/group-edit.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../../src/scim/patch/reduce-group.ts';
import { groupUrn, type MemberRef } from '../../../src/scim/resource.ts';
import { schemas } from '../samples.ts';

/** A Group with all members in memory, as in a server without edits. */
interface Whole {
  readonly displayName: string;
  readonly externalId?: string;
  readonly ids: ReadonlySet<string>;
}

/** The effect of one operation, or of one key in its value, on a Group; a text is the keyword of the error. */
type Effect = (group: Whole) => Whole | string;

interface Twin {
  readonly wire: { readonly op: string; readonly path?: string; readonly value?: unknown };
  readonly effects: readonly Effect[];
}

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const isUser = (id: string) => id < 'c';
const memberOf = (id: string): MemberRef => ({ value: id, type: isUser(id) ? 'User' : 'Group' });
const anyCase = (text: string) => fc.constantFrom(text, text, text.toUpperCase(), text.slice(0, 1).toUpperCase() + text.slice(1));

type Listed = fc.Arbitrary<readonly [raw: unknown, ids: readonly string[] | undefined]>;
type Wheres = fc.Arbitrary<readonly [text: string, matches: (id: string) => boolean]>;

/** The externalId of a member, which identifies the member like its id. */
const otherName = (id: string) => `x-${id}`;
const idOf = (name: string) => name.replace('x-', '');

// Members in the formats of clients (docs/entra-facts.md#changing-members), with their ids; undefined: invalid.
const withType: Listed = fc.array(ids, { maxLength: 3 }).map((all) => [all.map((id) => ({ ...memberOf(id), $ref: null })), all] as const);
const listed: Listed = fc.oneof(
  { weight: 4, arbitrary: withType },
  { weight: 2, arbitrary: fc.array(ids, { minLength: 1, maxLength: 2 }).map((all) => [all.map(otherName), all] as const) },
  { weight: 1, arbitrary: fc.array(ids, { minLength: 1, maxLength: 2 }).map((all) => [all, all] as const) },
  { weight: 1, arbitrary: ids.map((id) => [id, [id]] as const) },
  { weight: 1, arbitrary: ids.map((id) => [{ value: id, nonsense: 1 }, [id]] as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[unknown, undefined]>(
      [[{ display: 'X' }], undefined],
      [[7], undefined],
      [{ value: 7 }, undefined],
      [{}, undefined],
      [[{}], undefined],
      [[{ value: '' }], undefined],
    ),
  },
);

const byValue: Wheres = fc.oneof(
  ids.map((id) => [`value eq "${id}"`, (one: string) => one === id] as const),
  ids.map((id) => [`value eq "${otherName(id)}"`, (one: string) => one === id] as const),
  fc.tuple(ids, ids).map(([a, b]) => [`value eq "${a}" or Value eq ${b}`, (one: string) => one === a || one === b] as const),
  ids.map((id) => [`value ne "${id}"`, (one: string) => one !== id] as const),
);
const byType: Wheres = fc.constantFrom<readonly [string, (id: string) => boolean]>(
  ['type eq "user"', isUser],
  ['not (type eq "User")', (id) => !isUser(id)],
  ['not ($ref pr)', () => false],
  ['value pr and type eq "Group"', (id) => !isUser(id)],
);

const only = (group: Whole, members: Iterable<string>): Whole => ({ ...group, ids: new Set(members) });
const without = (group: Whole, goes: (id: string) => boolean) =>
  only(
    group,
    [...group.ids].filter((id) => !goes(id)),
  );

function addOrReplace(op: 'add' | 'replace', named: readonly string[] | undefined): Effect {
  return (group) => (named === undefined ? 'invalidValue' : only(group, op === 'add' ? [...group.ids, ...named] : named));
}

const spelling = fc.oneof(anyCase('members'), fc.constant(`${groupUrn}:members`));
const changing = fc.constantFrom('add' as const, 'replace' as const);

const onMembers = (listed: Listed, wheres: Wheres): fc.Arbitrary<Twin> =>
  fc.oneof(
    fc
      .tuple(changing, spelling, listed)
      .map(([op, path, [value, named]]): Twin => ({ wire: { op, path, value }, effects: [addOrReplace(op, named)] })),
    fc.tuple(spelling, listed).map(([path, [value, named]]): Twin => ({
      wire: { op: 'Remove', path, value },
      effects: [(group) => (named === undefined ? 'invalidValue' : without(group, (id) => named.includes(id)))],
    })),
    spelling.map((path): Twin => ({ wire: { op: 'remove', path }, effects: [(group) => only(group, [])] })),
    fc.tuple(spelling, wheres).map(([path, [text, matches]]): Twin => ({
      wire: { op: 'remove', path: `${path}[${text}]` },
      effects: [(group) => without(group, matches)],
    })),
    fc.constantFrom<Twin>(
      { wire: { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }, effects: [() => 'mutability'] },
      { wire: { op: 'replace', path: 'members[value eq "a"].display', value: 'X' }, effects: [() => 'mutability'] },
      { wire: { op: 'remove', path: 'members[value is "a"]' }, effects: [() => 'invalidFilter'] },
      { wire: { op: 'replace', path: 'members', value: null }, effects: [(group) => only(group, [])] },
      { wire: { op: 'replace', path: 'members' }, effects: [() => 'invalidValue'] },
      { wire: { op: 'add', path: 'members', value: '' }, effects: [(group) => group] },
    ),
  );

const named =
  (displayName: string): Effect =>
  (group) =>
    displayName === '' ? 'invalidValue' : { ...group, displayName };
const known =
  (externalId: string): Effect =>
  ({ displayName, ids: members }) => ({ displayName, ids: members, ...(externalId !== '' && { externalId }) });
const names = fc.constantFrom('Lab', 'Crew', '');

const onGroup = (listed: Listed): fc.Arbitrary<Twin> =>
  fc.oneof(
    fc.tuple(changing, names).map(([op, value]): Twin => ({ wire: { op, path: 'displayName', value }, effects: [named(value)] })),
    fc.tuple(changing, names).map(([op, value]): Twin => ({ wire: { op, path: 'ExternalId', value }, effects: [known(value)] })),
    fc.tuple(changing, names, listed, fc.boolean()).map(([op, name, [members, them], first]): Twin => {
      const pairs = [
        ['externalId', name, known(name)] as const,
        ['Members', members, addOrReplace(op, them)] as const,
        ['id', 'x', (group: Whole) => group] as const,
      ];
      const ordered = first ? pairs : pairs.toReversed();
      return {
        wire: { op, value: Object.fromEntries(ordered.map(([key, raw]) => [key, raw])) },
        effects: ordered.map(([, , effect]) => effect),
      };
    }),
    fc.constantFrom<Twin>(
      { wire: { op: 'remove', path: 'displayName' }, effects: [() => 'mutability'] },
      { wire: { op: 'remove', path: 'externalId' }, effects: [known('')] },
      { wire: { op: 'remove' }, effects: [() => 'noTarget'] },
      { wire: { op: 'replace', path: 'id', value: 'x' }, effects: [() => 'mutability'] },
      { wire: { op: 'replace', path: 'nonsense', value: 'x' }, effects: [] },
      { wire: { op: 'replace', path: 'displayName', value: 7 }, effects: [() => 'invalidValue'] },
    ),
  );

const several = (listed: Listed, wheres: Wheres) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: onMembers(listed, wheres) }, { weight: 1, arbitrary: onGroup(listed) }), { maxLength: 6 });
const operations = several(listed, fc.oneof(byValue, byType));

const groups: fc.Arbitrary<Whole> = fc.record({ displayName: fc.constant('Staff'), ids: fc.uniqueArray(ids).map((all) => new Set(all)) });

/** The effect of an edit in a store, as {@link GroupEdit} describes it. */
function carryOut({ ids: present, ...group }: Whole, { change, members }: GroupEdit): Whole {
  const changed = change ? change(group) : group;
  return { ...changed, ids: members ? editMembers(present, members) : present };
}

function editMembers(present: ReadonlySet<string>, { base, add, remove, removeWhere, next }: MembersEdit): ReadonlySet<string> {
  const matches = removeWhere ? memberMatcher(removeWhere, schemas) : () => false;
  const kept = [...present].filter((id) => base === 'keep' && !remove.map(idOf).includes(id) && !matches(memberOf(id)));
  const edited = new Set([...kept, ...add.map(({ value }) => idOf(value))]);
  return next ? editMembers(edited, next) : edited;
}

function attempt(act: () => Whole): Whole | string {
  try {
    return act();
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return error.scimType ?? 'none';
    throw error;
  }
}

test('a combined edit of a Group gives the result of its operations one after another, or the same error', () => {
  const seen = { edits: 0, refusals: 0 };
  fc.assert(
    fc.property(groups, operations, (group, twins) => {
      const body: unknown = JSON.parse(JSON.stringify({ Operations: twins.map(({ wire }) => wire) }));
      const result = attempt(() => carryOut(group, reduceGroupPatch(parsePatch(body), schemas)));
      const effects = twins.flatMap((twin) => twin.effects);
      const expected = effects.reduce<Whole | string>((now, effect) => (typeof now === 'string' ? now : effect(now)), group);
      if (typeof expected === 'string') {
        seen.refusals += 1;
        // Of several errors, one about members or a path may be reported first, because it is found without a Group.
        expect(effects.map((effect) => effect(group))).toContain(result);
      } else {
        seen.edits += 1;
        expect(result).toEqual(expected);
      }
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(seen.edits, seen.refusals)).toBeGreaterThan(4_000);
});
