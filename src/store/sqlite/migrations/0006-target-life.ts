import type { Migration } from '../migrate.ts';

/**
 * What a Target still has to do after a person said so, and a crash came between: send everyone or hand over its file again, be forgotten,
 * or take its work folder along to a new name. `runs_of` finds the Runs of one Target when it is forgotten or renamed.
 */
export const targetLife: Migration = {
  number: 6,
  name: 'target life',
  sql: `
alter table targets add column resend text check (resend in ('people', 'file'));
alter table targets add column forgetting integer not null default 0;
alter table targets add column folder_from text;
create index runs_of on runs (target);
`,
};
