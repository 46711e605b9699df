// Implements the Users port on SQLite.
import type { Origin, AffectedSubjects } from '../../../domain/change.ts';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Person } from '../../../domain/person.ts';
import { showsDifferently } from '../../../domain/person-view.ts';
import { notFound, UniquenessConflict } from '../../../scim/errors.ts';
import type { ScimUser } from '../../../scim/resource.ts';
import type { Page, PersonWithGroups, Query, Users } from '../../staging.ts';
import type { DatabaseAccess } from '../database-access.ts';
import type { ChangeLog } from './changes.ts';
import type { FindUsers } from './find-users.ts';
import type { MembershipRows } from './membership-rows.ts';
import { haveSameEmails, haveSameKeys, toPersonKeys, type PersonKeys } from './person-keys.ts';
import { toPerson, type PersonRow, type PersonRows, type PersonStamp } from './person-rows.ts';
import type { References } from './references.ts';
import type { SourceCounters } from './source-counters.ts';

/** The statements that the Users of all Sources share. */
export interface UserParts {
  readonly access: DatabaseAccess;
  readonly rows: PersonRows;
  readonly memberships: MembershipRows;
  readonly references: References;
  readonly log: ChangeLog;
  readonly counters: SourceCounters;
  readonly find: FindUsers;
  readonly newId: () => ResourceId;
}

/** The Users of one Source. */
export class SqliteUsers implements Users {
  readonly #source: SourceId;
  readonly #parts: UserParts;

  constructor(source: SourceId, parts: UserParts) {
    this.#source = source;
    this.#parts = parts;
  }

  create(user: ScimUser, by: Origin, id?: ResourceId): Promise<Person> {
    const unit = this.creation(user, by, id);
    return this.#parts.access.write(unit);
  }

  /** Returns a unit that creates a Person, for a transaction of the caller. */
  creation(user: ScimUser, by: Origin, id?: ResourceId): () => Person {
    const keys = toPersonKeys(user);
    const document = JSON.stringify(user);
    return () => this.#create(user, keys, document, by, id ?? this.#parts.newId());
  }

  update(id: ResourceId, change: (now: ScimUser, person: Person) => ScimUser, by: Origin): Promise<Person> {
    return this.#parts.access.write(() => {
      const row = this.#row(id);
      const person = toPerson(row);
      const after = change(person.user, person);
      if (after === person.user) return person;
      const document = JSON.stringify(after);
      return document === row.document ? person : this.#rewrite(row, person.user, after, document, by);
    });
  }

  remove(id: ResourceId, by: Origin, check?: (person: Person) => void): Promise<void> {
    return this.#parts.access.write(() => {
      const row = this.#row(id);
      const person = toPerson(row);
      check?.(person);
      this.#remove(row, toPersonKeys(person.user), by);
    });
  }

  get(id: ResourceId): Promise<PersonWithGroups | undefined> {
    return this.#parts.access.read(() => {
      const row = this.#parts.rows.ofSource(this.#source, id);
      return row === undefined ? undefined : { person: toPerson(row), groups: this.#parts.memberships.groupsOf(row.source, row.id) };
    });
  }

  find(query: Query): Promise<Page<PersonWithGroups>> {
    return this.#parts.find.find(this.#source, query);
  }

  #create(user: ScimUser, keys: PersonKeys, document: string, by: Origin, id: ResourceId): Person {
    const { rows, references, log, counters } = this.#parts;
    const stamp = { seq: log.next, version: 1, at: by.at.getTime() };
    const manager = references.managerOf(this.#source, keys.managerRef);
    if (!rows.insert({ id, source: this.#source, keys, manager, document }, stamp)) throw new UniquenessConflict('userName');
    this.#write(id, 'created', ['reports'], by);
    if (references.mayBeAwaited(this.#source, id, keys.externalId)) {
      references.closeById(this.#source, id);
      this.#closeReferences(id, stamp.seq, [keys.externalId], by);
    }
    counters.add(this.#source, by.at, 1, 0);
    return toPerson({ id, source: this.#source, version: 1, created_at: stamp.at, modified_at: stamp.at, document }, user);
  }

  #rewrite(row: PersonRow, before: ScimUser, after: ScimUser, document: string, by: Origin): Person {
    const { rows, log, counters } = this.#parts;
    const stamp = { seq: log.next, version: row.version + 1, at: by.at.getTime() };
    const had = toPersonKeys(before);
    const has = toPersonKeys(after);
    if (haveSameKeys(had, has)) rows.rewrite(row.n, document, stamp);
    else this.#rekey(row, had, has, document, stamp);
    if (!haveSameEmails(had, has)) this.#moveEmails(row, had, has);
    this.#write(row.id, 'updated', showsDifferently(before, after) ? ['reports'] : [], by);
    if (had.externalId !== has.externalId) this.#closeReferences(row.id, stamp.seq, [has.externalId, had.externalId], by);
    counters.add(this.#source, by.at, 0, 0);
    return toPerson({ ...row, version: stamp.version, modified_at: stamp.at, document }, after);
  }

  #rekey(row: PersonRow, had: PersonKeys, has: PersonKeys, document: string, stamp: PersonStamp): void {
    const { rows, references } = this.#parts;
    const manager = had.managerRef === has.managerRef ? row.manager : references.managerOf(this.#source, has.managerRef);
    if (!rows.rekey(row.n, has, manager, document, stamp)) throw new UniquenessConflict('userName');
  }

  #moveEmails(row: PersonRow, had: PersonKeys, has: PersonKeys): void {
    for (const email of had.emails) this.#parts.rows.removeEmail(row.source, row.n, email);
    for (const email of has.emails) this.#parts.rows.insertEmail(row.source, row.n, email);
  }

  #remove(row: PersonRow, keys: PersonKeys, by: Origin): void {
    const { rows, memberships, log, counters } = this.#parts;
    const seq = log.next;
    rows.remove(row, keys, seq);
    memberships.endAllOf(row.source, row.id, seq);
    this.#write(row.id, 'deleted', ['reports'], by);
    this.#closeReferences(row.id, seq, [keys.externalId], by);
    counters.add(this.#source, by.at, -1, 0);
  }

  /**
   * Resolves the open references to externalIds that a person got or lost. The people concerned are affected by a Change: the Person itself
   * by this Change, members by the number in their rows, and the reports of another person by an additional Change.
   */
  #closeReferences(changed: ResourceId, seq: number, externalIds: readonly (string | null)[], by: Origin): void {
    for (const externalId of externalIds) {
      const closed = this.#parts.references.closeByExternalId(this.#source, externalId, seq);
      if (closed?.manages === true) this.#write(closed.id, 'updated', ['reports'], by);
      else if (closed !== undefined && closed.id !== changed) this.#write(closed.id, 'updated', [], by);
    }
  }

  #write(id: ResourceId, did: 'created' | 'updated' | 'deleted', affects: readonly AffectedSubjects[], by: Origin): void {
    this.#parts.log.write({ source: this.#source, kind: 'person', id, did }, affects, by);
  }

  #row(id: ResourceId): PersonRow {
    const row = this.#parts.rows.ofSource(this.#source, id);
    if (row === undefined) throw notFound('User', id);
    return row;
  }
}
