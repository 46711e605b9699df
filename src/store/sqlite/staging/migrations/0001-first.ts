// The first migration of the staging store: creates all tables and indexes.
import type { Migration } from '../../migrate.ts';

/**
 * The schema of the staging store. Times are UTC milliseconds, flags are 0 or 1, documents and rows are JSON text. `*_key` columns contain
 * case-folded text; the document contains the text as sent.
 */
export const first: Migration = {
  number: 1,
  name: 'staging',
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
  last_used_at integer,
  use text not null default 'bearer' check (use in ('bearer', 'client'))
);

-- n is the order of arrival; the short columns stand before the document, so that they are read without it.
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

-- Ids of deleted people with the number of that Change. They stay: a person who is in neither table was lost, not deleted.
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

-- affects: 1 reports, 2 touched members, 4 all members.
create table changes (
  seq integer primary key,
  source text not null,
  kind text not null,
  id text not null,
  did text not null,
  affects integer not null,
  at integer not null,
  request text not null
);
`,
};
