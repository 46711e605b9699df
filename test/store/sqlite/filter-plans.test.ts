import type { Database } from 'better-sqlite3';
import { expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import type { Query } from '../../../src/store/staging.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { bareParameters } from './bare-parameters.ts';
import { openDatabase } from './open-database.ts';

/** Methods that execute a statement. */
const runs: ReadonlySet<string | symbol> = new Set(['get', 'all', 'iterate', 'run']);

/** Records the prepared text of each executed statement. */
function watching(texts: Set<string>): (db: Database) => Database {
  return (db) =>
    watch(db, (name, [text], result) =>
      name === 'prepare' ? watch(result as object, (call) => void (runs.has(call) && texts.add(String(text)))) : undefined,
    );
}

/** Wraps an object to report its calls, whose results can be replaced. A call that returns the object returns the wrapper. */
function watch<T extends object>(object: T, tell: (name: string | symbol, parameters: readonly unknown[], result: unknown) => unknown): T {
  return new Proxy(object, {
    get(target, name, watched) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, parameters);
        return tell(name, parameters, result) ?? (result === target ? watched : result);
      };
    },
  });
}

function explain(db: Database, text: string): readonly string[] {
  const nulls = [...text.matchAll(/\?/g)].map(() => null);
  const rows = db.prepare(`explain query plan ${text}`).all(...nulls) as { readonly detail: string }[];
  return rows.map(({ detail }) => detail);
}

interface Found {
  readonly total: number;
  readonly plan: readonly string[];
}

/**
 * Runs a search in a store with two people who are in a Group and have managers, one of whom does not exist yet. @returns the query plans.
 */
async function find(of: 'users' | 'groups', filter: string, query: Partial<Query> = {}): Promise<Found> {
  const texts = new Set<string>();
  const { store, db } = await openDatabase(watching(texts));
  const { users, groups } = store.of('default');
  const boss = await users.create(aUser({ userName: 'boss', externalId: 'E-1' }), anOrigin());
  const managedBy = (value: string) => ({ [enterpriseUserUrn]: { manager: { value } } });
  await users.create(aUser({ userName: 'anna', externalId: 'E-2', ...managedBy(boss.id) }), anOrigin());
  await users.create(aUser({ userName: 'bert', displayName: 'Bert', ...managedBy('late') }), anOrigin());
  await groups.create(aGroup({ externalId: 'G-1' }), [{ value: boss.id }], anOrigin());
  texts.clear();
  const { total } = await { users, groups }[of].find({
    startIndex: 1,
    count: 10,
    ...query,
    filter: parseFilter(filter.replaceAll('BOSS', boss.id)),
  });
  expect([...texts].flatMap(bareParameters)).toEqual([]);
  return { total, plan: [...texts].flatMap((text) => explain(db, text)) };
}

const scanned = /^SCAN (?!candidate|asked|element|leaf)|INDEX (persons|groups)_listing/;

it.each([
  ['userName eq "ANNA"', 'persons_user_key', 1],
  ['userName eq "anna" and active eq true', 'persons_user_key', 1],
  ['title co "x" and (active eq true and userName eq "anna")', 'persons_user_key', 0],
  ['externalId eq "E-1"', 'persons_external_id', 1],
  ['id eq "BOSS"', 'persons_id', 1],
  ['emails.value eq "anna"', 'PRIMARY KEY (source=? AND email_key=?', 1],
  ['emails eq "ANNA"', 'PRIMARY KEY (source=? AND email_key=?', 1],
  ['emails[type eq "work"].value eq "anna"', 'PRIMARY KEY (source=? AND email_key=?', 1],
  ['emails[value eq "anna" and primary eq true]', 'PRIMARY KEY (source=? AND email_key=?', 1],
  ['displayName eq "bert"', 'persons_display_key', 1],
  ['manager eq "BOSS"', 'persons_manager ', 1],
  ['manager.value eq "BOSS"', 'persons_manager ', 1],
  [`${enterpriseUserUrn}:manager eq "BOSS"`, 'persons_manager ', 1],
  [`${enterpriseUserUrn}:manager.value eq "late"`, 'persons_manager_ref ', 1],
  ['manager[value eq "BOSS"]', 'persons_manager ', 1],
  ['manager eq "BOSS" and title pr', 'persons_manager ', 0],
  ['userName eq "anna" or externalId eq "E-1"', 'persons_external_id', 2],
  ['(id eq "BOSS" or (userName eq "anna" and title pr)) and active eq true', 'persons_user_key', 1],
])('the store finds Users by %s through %s', async (filter, index, expected) => {
  const { total, plan } = await find('users', filter);
  expect(total).toBe(expected);
  expect(plan.join('\n')).toContain(index);
  expect(plan.filter((step) => scanned.test(step))).toEqual([]);
});

it.each([
  ['displayName eq "visitor HOSTS"', 'groups_display_key', 1],
  ['externalId eq "G-1"', 'groups_external_id', 1],
  ['id eq "none"', 'groups_id', 0],
  ['members eq "BOSS"', 'memberships_member', 1],
  ['members.value eq "E-1"', 'memberships_member', 1],
  ['members[value eq "BOSS"]', 'memberships_member', 1],
  ['members[value eq "BOSS" and type eq "Group"]', 'memberships_member', 0],
  ['members eq "BOSS" and displayName co "visitor"', 'memberships_member', 1],
  ['displayName eq "none" or members.value eq "BOSS"', 'memberships_member', 1],
])('the store finds Groups by %s through %s', async (filter, index, expected) => {
  const { total, plan } = await find('groups', filter);
  expect(total).toBe(expected);
  expect(plan.join('\n')).toContain(index);
  expect(plan.filter((step) => scanned.test(step))).toEqual([]);
});

it.each<['users' | 'groups', string, string]>([
  ['users', 'title co "x"', 'SEARCH resource USING INDEX persons_listing (source=? AND n>? AND n<?)'],
  ['users', 'not (groups.display eq "x")', 'SEARCH membership USING INDEX memberships_member'],
  ['groups', 'displayName co "x"', 'SEARCH resource USING INDEX groups_listing (source=? AND n>? AND n<?)'],
  ['groups', 'members.display co "x"', 'SEARCH member USING PRIMARY KEY ((group_id,member)>(?,?))'],
])('the store reads %s for %s in slices, without a previous sort', async (of, filter, step) => {
  const { plan } = await find(of, filter, { sort: { by: 'displayName', descending: true } });
  expect(plan.join('\n')).toContain(step);
  expect(plan.filter((one) => one.includes('TEMP B-TREE FOR ORDER BY'))).toEqual([]);
});
