import type { Migration } from '../migrate.ts';

/**
 * What the Guard counts with each Plan, in indexes of its own: of 100,000 Deliveries it read every one to find out that it was a create,
 * or released. Creates remove nobody and change nobody; what a person accepted does not count. The last columns are there because
 * SQLite reads the row for whatever a condition names, also when the index says it already.
 */
export const guardCounts: Migration = {
  number: 3,
  name: 'guard counts',
  sql: `
create index deliveries_guarded on deliveries (target, action, state, cause, released)
  where released = 0 and action <> 'create' and state in ('queued', 'held', 'sending', 'accepted', 'unclear');
create index deliveries_guarded_done on deliveries (target, action, settled_at, cause, state, released)
  where released = 0 and action <> 'create' and state = 'done';
create index deliveries_removed on deliveries (target, action, settled_at, took_active) where took_active = 1;
drop index deliveries_counted;
`,
};
