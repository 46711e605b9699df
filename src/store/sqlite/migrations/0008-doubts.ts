import type { Migration } from '../migrate.ts';

/** Creates in doubt: no longer wanted as they are, and checked at the Target by a person. */
export const doubts: Migration = {
  number: 8,
  name: 'doubts',
  sql: `
alter table deliveries add column obsolete integer not null default 0;
alter table deliveries add column checked integer not null default 0;
`,
};
