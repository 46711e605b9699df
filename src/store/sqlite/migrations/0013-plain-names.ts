import type { Migration } from '../migrate.ts';

/** Rechecks were called marks, and the columns of Deliveries and Changes had names that needed an explanation. No row changes. */
export const plainNames: Migration = {
  number: 13,
  name: 'plain names',
  sql: `
alter table marks rename to rechecks;
update counters set name = 'rechecks' where name = 'marks';
drop index marks_at;
create index rechecks_at on rechecks (target, at);
drop index marks_clock;
create index rechecks_clock on rechecks (target, subject_id, subject_kind) where cause = 'clock';
alter table runs rename column marks_up_to to rechecks_up_to;
alter table deliveries rename column alone to solo_failures;
alter table deliveries rename column suspect to was_unclear;
alter table deliveries rename column refound to rekeyed;
alter table changes rename column reach to affects;
`,
};
