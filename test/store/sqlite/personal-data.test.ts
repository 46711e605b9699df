import { expect, it } from 'vitest';
import { personalData } from '../../../src/store/sqlite/personal-data.ts';
import { openDatabase } from './open-database.ts';

/** Tables without personal data, each with the reason. */
const impersonal = [
  'counters',
  'first_cycles',
  'notes',
  'sources',
  'tokens',
  'groups',
  'changes',
  'targets',
  'journal',
  'runs',
  'holds',
  'schema_version',
];

it('every table of the store is listed as personal or not', async () => {
  const { db, outboundDb } = await openDatabase();
  const tables = [db, outboundDb].flatMap((one) =>
    one.prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").pluck().all(),
  );
  expect([...new Set(tables)].toSorted()).toEqual([...impersonal, ...Object.keys(personalData)].toSorted());
});

it('every column that names a Subject is listed, and every listed column exists', async () => {
  const { db, outboundDb } = await openDatabase();
  const columns = [db, outboundDb].flatMap((one) =>
    one
      .prepare<[], { readonly table: string; readonly column: string }>(
        `select sqlite_schema.name as "table", columns.name as "column" from sqlite_schema, pragma_table_info(sqlite_schema.name) as columns
         where sqlite_schema.type = 'table'`,
      )
      .all(),
  );
  const named = columns.filter(({ column }) => ['subject_id', 'person', 'member'].includes(column)).map(({ table }) => table);
  expect(Object.keys(personalData)).toEqual(expect.arrayContaining(named));
  for (const [table, { subject, columns: listed }] of Object.entries(personalData)) {
    const present = columns.filter((one) => one.table === table).map(({ column }) => column);
    expect(present, table).toEqual(expect.arrayContaining([subject, ...listed]));
  }
});
