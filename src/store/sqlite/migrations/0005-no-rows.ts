import type { Migration } from '../migrate.ts';

/** People in Scope of whom no valid row can be made, with the reason and since when. Filled by the next look at each person. */
export const noRows: Migration = {
  number: 5,
  name: 'no rows',
  sql: `
create table no_rows (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  why text not null,
  since integer not null,
  primary key (target, subject_id, subject_kind)
) without rowid;
`,
};
