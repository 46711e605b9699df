// The first migration of the outbound store: creates all tables and indexes.
import type { Migration } from '../../migrate.ts';

/** The schema of the outbound store. Times are UTC milliseconds, flags are 0 or 1, documents and rows are JSON text. */
export const first: Migration = {
  number: 1,
  name: 'outbound',
  sql: `
create table counters (
  name text primary key,
  value integer not null
) without rowid;

create table notes (
  name text primary key,
  text text not null
) without rowid;

-- The Sources whose first cycle is over.
create table first_cycles (
  source text primary key
) without rowid;

create table targets (
  name text primary key,
  state text not null,
  by text not null,
  at integer not null,
  why text not null,
  before text,
  definition text,
  definition_hash text,
  applied_at integer,
  applied_by text,
  live_when_quiet integer not null,
  replace_all integer not null,
  without integer not null,
  cursor integer not null,
  planned_hash text,
  down_until integer,
  failures integer not null,
  trouble text not null,
  publication text,
  reconciled_at integer,
  succeeded_at integer,
  resend text check (resend in ('people', 'file')),
  forgetting integer not null default 0,
  folder_from text,
  restored text
) without rowid;

create table journal (
  id integer primary key,
  target text not null,
  at integer not null,
  by text not null,
  what text not null,
  detail text not null
);
create index journal_target on journal (target, id);

-- state: staging, released, absorbed, discarded.
create table runs (
  id integer primary key autoincrement,
  target text not null,
  kind text not null,
  state text not null,
  at integer not null,
  rechecks_up_to integer not null,
  released integer not null default 0,
  hold_removals text,
  hold_changes text
);
create index runs_waiting on runs (target, state, id) where state in ('staging', 'released', 'discarded');
create index runs_of on runs (target);

create table plan_entries (
  run integer not null references runs (id),
  n integer not null,
  subject_kind text not null,
  subject_id text not null,
  entry text not null,
  primary key (run, n)
);

create table shadows (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  source text,
  key text,
  active integer not null,
  leaving_reason text,
  leaving_condition text,
  leaving_since integer,
  leaving_steps integer,
  at integer not null,
  seen_at integer,
  sent text not null,
  seen text,
  doubtful integer not null default 0,
  primary key (target, subject_id, subject_kind)
);
create unique index shadows_key on shadows (target, key) where key is not null;
create index shadows_subject on shadows (subject_id);
create index shadows_active on shadows (target, active, leaving_reason);
create index shadows_leaving on shadows (target, subject_id, subject_kind, leaving_reason, active) where leaving_reason is not null;

-- source is kept for a record that is found after its Person was deleted.
create table deliveries (
  id integer primary key autoincrement,
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  source text,
  run integer not null,
  state text not null,
  action text not null,
  hash text not null,
  key text,
  cause text not null,
  removal_reason text,
  removal_condition text,
  removal_since integer,
  removal_step integer,
  idempotency_key text not null,
  attempts integer not null default 0,
  solo_failures integer not null default 0,
  was_unclear integer not null default 0,
  rekeyed integer not null default 0,
  blocked integer not null default 0,
  released integer not null default 0,
  took_active integer not null default 0,
  created_at integer not null,
  not_before integer not null,
  settled_at integer,
  hold integer,
  publication text,
  receipt text,
  answer text not null default '',
  match_keys text,
  rows text not null,
  answered_at integer,
  obsolete integer not null default 0,
  checked integer not null default 0,
  hold_revision integer
);
create unique index deliveries_open on deliveries (target, subject_id, subject_kind)
  where state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked');
create index deliveries_workable on deliveries (target, id) where state in ('queued', 'unclear', 'accepted');
create index deliveries_next on deliveries (target, not_before) where state in ('queued', 'unclear', 'accepted');
create index deliveries_state on deliveries (target, state, id);
create index deliveries_history on deliveries (target, subject_id, id);
create index deliveries_publication on deliveries (target, publication, subject_id, subject_kind) where publication is not null;
create index deliveries_sending on deliveries (target) where state = 'sending';
create index deliveries_settled on deliveries (settled_at) where settled_at is not null;
-- What the Guard counts with each Plan. Their last columns are there because SQLite reads the row for whatever a condition names, also
-- when the index says it already.
create index deliveries_guarded on deliveries (target, action, state, cause, released)
  where released = 0 and action <> 'create' and state in ('queued', 'held', 'sending', 'accepted', 'unclear');
create index deliveries_guarded_done on deliveries (target, action, settled_at, cause, state, released)
  where released = 0 and action <> 'create' and state = 'done';
create index deliveries_removed on deliveries (target, action, settled_at, took_active) where took_active = 1;
create index deliveries_answered on deliveries (target, answered_at, id) where answered_at is not null;
create index deliveries_removing on deliveries (target, subject_id, subject_kind)
  where removal_reason is not null and state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked');
create index deliveries_held on deliveries (target, hold, id) where state = 'held';
create index deliveries_doubtful on deliveries (target, action, state, was_unclear, released)
  where released = 0 and action <> 'create' and state = 'parked' and was_unclear = 1;

create table holds (
  target text not null,
  number integer not null,
  at integer not null,
  what text not null,
  why text not null,
  count integer not null,
  revision integer not null default 0,
  closed_at integer,
  primary key (target, number)
) without rowid;
create unique index holds_open on holds (target, what) where closed_at is null;

-- Match keys of Shadows (by = shadow) and of open creates and updates that are not blocked themselves (by = open).
create table match_keys (
  target text not null,
  position integer not null,
  value text not null,
  by text not null,
  subject_id text not null,
  subject_kind text not null,
  primary key (target, position, value, by, subject_id, subject_kind)
) without rowid;
create index match_keys_subject on match_keys (target, subject_id, by);

-- subject waits for blocker.
create table blocks (
  target text not null,
  blocker_id text not null,
  blocker_kind text not null,
  subject_id text not null,
  subject_kind text not null,
  primary key (target, blocker_id, blocker_kind, subject_id, subject_kind)
) without rowid;
create index blocks_subject on blocks (target, subject_id);

create table rechecks (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  cause text not null,
  at integer not null,
  number integer not null,
  primary key (target, subject_id, subject_kind, cause)
) without rowid;
create index rechecks_at on rechecks (target, at);
create index rechecks_clock on rechecks (target, subject_id, subject_kind) where cause = 'clock';

create table decisions (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  kind text not null,
  until integer,
  reason text,
  condition text,
  since integer,
  hash text,
  by text not null,
  at integer not null,
  primary key (target, subject_id, subject_kind)
) without rowid;

-- People in scope without a valid row, with the reason.
create table no_rows (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  why text not null,
  since integer not null,
  primary key (target, subject_id, subject_kind)
) without rowid;
`,
};
