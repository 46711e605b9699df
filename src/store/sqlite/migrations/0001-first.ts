import type { Migration } from '../migrate.ts';

/**
 * The first layout. Times are UTC milliseconds, flags 0 or 1, documents and rows JSON text. `*_key` columns hold a text made
 * comparable (lower-cased), next to which the text as sent is kept in the document.
 */
export const first: Migration = {
  number: 1,
  name: 'first',
  sql: `
create table counters (
  name text primary key,
  value integer not null
) without rowid;

create table notes (
  name text primary key,
  text text not null
) without rowid;

create table sources (
  id text primary key,
  first_write integer,
  last_write integer,
  contact_since integer,
  contact_last integer,
  people integer not null default 0,
  groups integer not null default 0
) without rowid;

create table tokens (
  id integer primary key autoincrement,
  hash text not null unique,
  source text not null,
  label text not null,
  created_at integer not null,
  expires_at integer,
  revoked_at integer,
  last_used_at integer
);

-- The SCIM side. n is the order of arrival; the short columns stand before the document, so that they are read without it.
create table persons (
  n integer primary key,
  id text not null,
  source text not null,
  seq integer not null,
  version integer not null,
  created_at integer not null,
  modified_at integer not null,
  active integer not null,
  user_key text not null,
  external_id text,
  display text,
  display_key text,
  manager_ref text,
  manager text,
  document text not null
);
create unique index persons_id on persons (id);
create unique index persons_user_key on persons (source, user_key);
create index persons_listing on persons (source, n);
create index persons_external_id on persons (source, external_id) where external_id is not null;
create index persons_display_key on persons (source, display_key) where display_key is not null;
create index persons_manager on persons (manager) where manager is not null;
-- References by externalId and those that are open; the usual one, by id, is found through persons_manager.
create index persons_manager_ref on persons (source, manager_ref) where manager_ref is not manager;

-- One row per distinct address of a Person; work when one of its elements of that address has the type work.
create table emails (
  source text not null,
  email_key text not null,
  person integer not null,
  work integer not null,
  primary key (source, email_key, person)
) without rowid;

-- Ids of deleted people with the number of that Change; pruned with it.
create table departed (
  seq integer primary key,
  id text not null,
  source text not null
);
create unique index departed_id on departed (id);

create table groups (
  n integer primary key,
  id text not null,
  source text not null,
  seq integer not null,
  version integer not null,
  created_at integer not null,
  modified_at integer not null,
  deleted_seq integer,
  external_id text,
  display text not null,
  display_key text not null,
  document text not null
);
create unique index groups_id on groups (id);
create unique index groups_display_key on groups (source, display_key) where deleted_seq is null;
create index groups_listing on groups (source, n) where deleted_seq is null;
create index groups_external_id on groups (source, external_id) where external_id is not null and deleted_seq is null;
create index groups_deleted on groups (deleted_seq) where deleted_seq is not null;

-- member is the id that counts: the one sent, or that of the Person whose externalId was sent (then kept in sent_as).
-- An ended row stays until every Cursor has passed its ended_seq; an added again member gets its old row back.
create table memberships (
  group_id text not null,
  member text not null,
  source text not null,
  sent_as text,
  kind text,
  display text,
  since_seq integer not null,
  ended_seq integer,
  primary key (group_id, member)
) without rowid;
create index memberships_member on memberships (member) where ended_seq is null;
create index memberships_since on memberships (since_seq);
create index memberships_ended on memberships (ended_seq) where ended_seq is not null;

-- reach: 1 reports, 2 touched members, 4 all members.
create table changes (
  seq integer primary key,
  source text not null,
  kind text not null,
  id text not null,
  did text not null,
  reach integer not null,
  at integer not null,
  request text not null
);

-- The engine's side.
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
  succeeded_at integer
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
  marks_up_to integer not null,
  released integer not null default 0,
  hold_removals text,
  hold_changes text,
  removals_hold integer,
  changes_hold integer
);
create index runs_waiting on runs (target, state, id) where state in ('staging', 'released', 'discarded');

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
  primary key (target, subject_id, subject_kind)
);
create unique index shadows_key on shadows (target, key) where key is not null;
create index shadows_subject on shadows (subject_id);
create index shadows_active on shadows (target, active, leaving_reason);

create table deliveries (
  id integer primary key autoincrement,
  target text not null,
  subject_id text not null,
  subject_kind text not null,
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
  alone integer not null default 0,
  suspect integer not null default 0,
  refound integer not null default 0,
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
  rows text not null
);
create unique index deliveries_open on deliveries (target, subject_id, subject_kind)
  where state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked');
create index deliveries_workable on deliveries (target, id) where state in ('queued', 'unclear', 'accepted');
create index deliveries_next on deliveries (target, not_before) where state in ('queued', 'unclear', 'accepted');
create index deliveries_state on deliveries (target, state, id);
create index deliveries_history on deliveries (target, subject_id, id);
create index deliveries_hold on deliveries (target, hold) where hold is not null;
create index deliveries_publication on deliveries (target, publication, subject_id, subject_kind) where publication is not null;
create index deliveries_sending on deliveries (target) where state = 'sending';
create index deliveries_counted on deliveries (target, action, settled_at) where settled_at is not null;
create index deliveries_settled on deliveries (settled_at) where settled_at is not null;

create table holds (
  target text not null,
  number integer not null,
  at integer not null,
  what text not null,
  why text not null,
  count integer not null,
  primary key (target, number)
) without rowid;

-- Match keys of Shadows (by = shadow) and of open creates that are not blocked themselves (by = create).
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

create table marks (
  target text not null,
  subject_id text not null,
  subject_kind text not null,
  cause text not null,
  at integer not null,
  number integer not null,
  primary key (target, subject_id, subject_kind, cause)
) without rowid;
create index marks_at on marks (target, at);

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
`,
};
