import { expect, it } from 'vitest';
import { targetTables } from '../../../src/store/sqlite/outbound/erasure.ts';
import { openDatabase } from './open-database.ts';

it('every table whose rows belong to a target is forgotten, removed and renamed with it', async () => {
  const { outboundDb: db } = await openDatabase();
  const named = db
    .prepare(
      `select tables.name from sqlite_schema as tables join pragma_table_info(tables.name) as columns
       where tables.type = 'table' and columns.name = 'target' order by tables.name`,
    )
    .pluck()
    .all();
  expect(named).toEqual([...targetTables].sort());
});
