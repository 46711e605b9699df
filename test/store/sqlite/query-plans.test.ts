import type { Database } from 'better-sqlite3';
import { expect, it } from 'vitest';
import { bareParameters } from './bare-parameters.ts';
import { outboundMigrations } from '../../../src/store/sqlite/outbound/migrations/index.ts';
import { openDatabase } from './open-database.ts';

/** Tables that grow with people, Groups, Changes or Deliveries. */
const large = [
  'persons',
  'emails',
  'departed',
  'groups',
  'memberships',
  'changes',
  'runs',
  'plan_entries',
  'shadows',
  'deliveries',
  'match_keys',
  'blocks',
  'rechecks',
  'decisions',
  'no_rows',
];

/** Statements that may scan a large table, each with the reason. */
const excused: readonly (readonly [RegExp, string])[] = [
  [/instr\(user_key/, 'a part of a name, asked by a technician; limited'],
  [/indexed by deliveries_sending/, 'a partial index of what is on its way'],
];

/** Records the prepared statements. */
function watching(statements: string[]): (db: Database) => Database {
  return (db) =>
    new Proxy(db, {
      get(target, name) {
        if (name === 'prepare') {
          return (sql: string) => {
            statements.push(sql);
            return target.prepare(sql);
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
}

/** Stores with both schemas in one database, so that each statement can be explained there. */
async function openWatched(statements: string[]): Promise<Database> {
  const { db } = await openDatabase(watching(statements));
  db.exec(outboundMigrations.map(({ sql }) => sql.replaceAll(/create table (counters|notes)/g, 'create table if not exists $1')).join(';'));
  return db;
}

function explain(db: Database, sql: string): readonly string[] {
  const named = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null] as const);
  const positional = [...sql.matchAll(/\?/g)].map(() => null);
  const statement = db.prepare(`explain query plan ${sql}`);
  const rows = named.length > 0 ? statement.all(Object.fromEntries(named)) : statement.all(...positional);
  return (rows as { readonly detail: string }[]).map((row) => row.detail);
}

it('every parameter that SQLite could use for a plan has a leading plus', async () => {
  const statements: string[] = [];
  await openDatabase(watching(statements));
  const checked = statements.filter((sql) => /[?@]/.test(sql));
  expect(checked.length).toBeGreaterThan(100);
  // The migrations prepare statements that run only once.
  const written = checked.filter((sql) => !sql.includes('schema_version'));
  expect(written.filter((sql) => bareParameters(sql).length > 0)).toEqual([]);
});

it('every statement on a large table uses an index', async () => {
  const statements: string[] = [];
  const db = await openWatched(statements);
  const checked = statements.filter((sql) => /^\s*(select|update|delete|insert)/.test(sql));
  expect(checked.length).toBeGreaterThan(100);
  const walking = checked.filter((sql) => {
    if (excused.some(([pattern]) => pattern.test(sql))) return false;
    return explain(db, sql).some((detail) => large.includes(/^SCAN (\w+)/.exec(detail)?.[1] ?? ''));
  });
  expect(walking).toEqual([]);
});

it.each([
  ['id = +?', 'INDEX persons_id '],
  ['user_key = +?', 'INDEX persons_user_key '],
  ['external_id = +?', 'INDEX persons_external_id '],
  ['display_key = +?', 'INDEX persons_display_key '],
  ['email_key = +?', 'PRIMARY KEY'],
  ['email_key = +? and work = 1', 'PRIMARY KEY'],
])('people are found by %s through %s', async (condition, index) => {
  const statements: string[] = [];
  const db = await openWatched(statements);
  const starts = ['select n from persons', 'select person from emails'];
  const lookUps = statements.filter((sql) => starts.some((start) => sql.startsWith(`${start} where source = +? and ${condition}`)));
  expect(lookUps.length).toBeGreaterThan(0);
  for (const sql of lookUps) expect(explain(db, sql).join(), sql).toContain(index);
});

it.each([
  ['delete', 'and number <= +? and +at <= +?'],
  ['select', 'order by +at, cause'],
])('the Rechecks of one Subject are found by its key to %s them, however many are due at the Target', async (verb, end) => {
  const statements: string[] = [];
  const db = await openWatched(statements);
  const found = statements.filter((sql) => sql.startsWith(verb) && sql.includes('from rechecks') && sql.endsWith(end));
  expect(found).toHaveLength(1);
  for (const sql of found) expect(explain(db, sql).join()).toContain('PRIMARY KEY (target=? AND subject_id=? AND subject_kind=?)');
});

it('the Guard counts with indexes that contain only counted Actions', async () => {
  const statements: string[] = [];
  const db = await openWatched(statements);
  const [counts = ''] = statements.filter((sql) => sql.includes('as removals_held'));
  const searches = explain(db, counts).filter((detail) => detail.startsWith('SEARCH'));
  expect(searches).toHaveLength(9);
  for (const search of searches)
    expect(search).toMatch(/COVERING INDEX (deliveries_guarded|deliveries_doubtful|deliveries_removed|shadows_active)/);
});
