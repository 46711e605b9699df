// Layout 2 of the outbound store: the last parking of a Delivery, which is kept after the Delivery goes on.
import type { Migration } from '../../migrate.ts';

/** When and why a Delivery was parked last. Deliveries that are parked now get the time of their last answer. */
export const parked: Migration = {
  number: 2,
  name: 'parked',
  sql: `
alter table deliveries add column parked_at integer;
alter table deliveries add column parked_why text;
update deliveries set parked_at = coalesce(answered_at, created_at), parked_why = answer where state = 'parked';
create index deliveries_parked on deliveries (target, parked_at, id) where parked_at is not null;
`,
};
