import type { Migration } from '../migrate.ts';

/**
 * What lists of people and the log of a Target read: when a Delivery was last answered, and indexes that hold only the leavers, the
 * leaver clocks and the open removals, so that a list costs what it shows.
 */
export const lists: Migration = {
  number: 7,
  name: 'lists',
  sql: `
alter table deliveries add column answered_at integer;
update deliveries set answered_at = settled_at where state = 'done';
create index deliveries_answered on deliveries (target, answered_at, id) where answered_at is not null;
create index deliveries_removing on deliveries (target, subject_id, subject_kind)
  where removal_reason is not null and state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked');
create index marks_clock on marks (target, subject_id, subject_kind) where cause = 'clock';
create index shadows_leaving on shadows (target, subject_id, subject_kind, leaving_reason, active) where leaving_reason is not null;
`,
};
