import type { Migration } from '../migrate.ts';

/**
 * Parked removals that may have been carried out: the Guard counts them. The last columns are there because SQLite reads the row for
 * whatever a condition names, also when the index says it already.
 */
export const doubtfulRemovals: Migration = {
  number: 10,
  name: 'doubtful removals',
  sql: `
create index deliveries_doubtful on deliveries (target, action, state, suspect, released)
  where released = 0 and action <> 'create' and state = 'parked' and suspect = 1;
`,
};
