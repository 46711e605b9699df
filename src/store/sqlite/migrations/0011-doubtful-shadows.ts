import type { Migration } from '../migrate.ts';

/** Records that a Target may hold otherwise than last accepted: the answer to an update or a removal was lost, and it was superseded. */
export const doubtfulShadows: Migration = {
  number: 11,
  name: 'doubtful shadows',
  sql: `
alter table shadows add column doubtful integer not null default 0;
`,
};
