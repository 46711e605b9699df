import type { Migration } from '../migrate.ts';

/** Match keys are claimed by open creates and open updates. Those of updates that are open already come with their next Plan. */
export const openClaims: Migration = {
  number: 12,
  name: 'open claims',
  sql: `
update match_keys set by = 'open' where by = 'create';
`,
};
