import type { Migration } from '../migrate.ts';

/** The sentence that older releases kept as the limit of today. Their numbers are left out: today they follow what is held now. */
const toLimit = (column: string) => `case
    when ${column} like '%, more than %' then 'the limit is ' || substr(${column}, instr(${column}, ', more than ') + 12)
    when ${column} like '%would leave nobody' then 'no one would have been left'
    else 'others were on hold at that time'
  end`;

/** Which hold of the same Target and kind stays open: the oldest that still holds something. */
const kept = `(select min(number) from open_holds where open_holds.target = holds.target and open_holds.what = holds.what)`;

/**
 * At most one open hold per Target and kind. Open holds are merged into the oldest of them; what it holds then counts as shown together.
 * A hold has a limit in place of its sentence, a revision, and the time it was closed, which older releases did not keep.
 */
export const oneHold: Migration = {
  number: 9,
  name: 'one hold',
  sql: `
alter table holds add column revision integer not null default 0;
alter table holds add column closed_at integer;
alter table deliveries add column hold_revision integer;

create temporary table open_holds as
  select target, what, number, count, why from holds
  where exists (select 1 from deliveries where deliveries.target = holds.target and hold = number and state = 'held');

update holds set closed_at = at;
update holds set closed_at = null, revision = 1,
    count = (select sum(count) from open_holds where open_holds.target = holds.target and open_holds.what = holds.what),
    why = coalesce((select older.why from holds as older where older.target = holds.target and older.what = holds.what
      and older.number <= holds.number and older.why not like '%held already' order by older.number desc limit 1), why)
  where number = ${kept};
update holds set why = ${toLimit('why')};
update deliveries set hold_revision = 1,
    hold = (select ${kept} from holds where holds.target = deliveries.target and holds.number = deliveries.hold)
  where state = 'held' and hold is not null;
drop table open_holds;

update runs set hold_removals = ${toLimit('hold_removals')} where hold_removals is not null;
update runs set hold_changes = ${toLimit('hold_changes')} where hold_changes is not null;
alter table runs drop column removals_hold;
alter table runs drop column changes_hold;

drop index deliveries_hold;
create index deliveries_held on deliveries (target, hold, id) where state = 'held';
create unique index holds_open on holds (target, what) where closed_at is null;
`,
};
