// Table rows of people.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Person } from '../../../domain/person.ts';
import type { ScimUser } from '../../../scim/resource.ts';
import type { EmailKey, PersonKeys } from './person-keys.ts';
import { preparePersonFinders, type PersonFinders } from './person-finders.ts';
import { prepare } from '../prepare.ts';

/** A row of `persons`, as read. */
export interface PersonRow {
  readonly n: number;
  readonly id: string;
  readonly source: string;
  readonly version: number;
  readonly created_at: number;
  readonly modified_at: number;
  readonly manager: string | null;
  readonly document: string;
}

const columns = 'n, id, source, version, created_at, modified_at, manager, document';

/** Row values that every write sets. */
export interface PersonStamp {
  readonly seq: number;
  readonly version: number;
  readonly at: number;
}

/** A Person to be written. `manager` is the id of the manager's Person, null while unknown; `document` is the User as JSON. */
export interface NewPerson {
  readonly id: ResourceId;
  readonly source: SourceId;
  readonly keys: PersonKeys;
  readonly manager: string | null;
  readonly document: string;
}

/** Statements over `persons` and `emails`. */
export class PersonRows {
  readonly #byId: Statement<[string], PersonRow>;
  readonly #byN: Statement<[number], PersonRow>;
  readonly #insert: Statement<unknown[]>;
  readonly #rewrite: Statement<[number, number, number, string, number]>;
  readonly #rekey: Statement<unknown[]>;
  readonly #remove: Statement<[number]>;
  readonly #depart: Statement<[number, string, string]>;
  readonly #insertEmail: Statement<[string, string, number, number]>;
  readonly #removeEmail: Statement<[string, string, number]>;
  readonly #listing: Statement<[string, number, number], number>;
  readonly #listingAfter: Statement<[string, number, number], number>;
  readonly #lastN: Statement<[string], number | null>;
  readonly #lastId: Statement<[], string | null>;
  readonly #idsBetween: Statement<[string, string, number], string>;
  readonly finders: PersonFinders;

  constructor(db: Database) {
    this.#byId = prepare(db, `select ${columns} from persons where id = +?`);
    this.#byN = prepare(db, `select ${columns} from persons where n = +?`);
    this.#insert = prepare(
      db,
      `
      insert into persons (id, source, seq, version, created_at, modified_at, active, user_key, external_id, display, display_key,
        manager_ref, manager, document)
      values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (source, user_key) do nothing`,
    );
    this.#rewrite = prepare(db, 'update persons set seq = +?, version = +?, modified_at = +?, document = +? where n = +?');
    this.#rekey = prepare(
      db,
      `
      update or ignore persons set seq = +?, version = +?, modified_at = +?, document = +?, active = +?, user_key = +?, external_id = +?,
        display = +?, display_key = +?, manager_ref = +?, manager = +?
      where n = +?`,
    );
    this.#remove = prepare(db, 'delete from persons where n = +?');
    this.#depart = prepare(db, 'insert into departed (seq, id, source) values (?, ?, ?)');
    this.#insertEmail = prepare(db, 'insert into emails (source, email_key, person, work) values (?, ?, ?, ?)');
    this.#removeEmail = prepare(db, 'delete from emails where source = +? and email_key = +? and person = +?');
    this.#listing = prepare<[string, number, number], number>(
      db,
      'select n from persons indexed by persons_listing where source = +? order by n limit +? offset +?',
    ).pluck();
    this.#listingAfter = prepare<[string, number, number], number>(
      db,
      'select n from persons indexed by persons_listing where source = +? and n > +? order by n limit +?',
    ).pluck();
    this.#lastN = prepare<[string], number | null>(db, 'select max(n) from persons indexed by persons_listing where source = +?').pluck();
    this.#lastId = prepare<[], string | null>(db, 'select max(id) from persons').pluck();
    this.#idsBetween = prepare<[string, string, number], string>(
      db,
      'select id from persons where id > +? and id <= +? order by id limit +?',
    ).pluck();
    this.finders = preparePersonFinders(db);
  }

  /** The row with this id in any Source. */
  byId(id: ResourceId): PersonRow | undefined {
    return this.#byId.get(id);
  }

  /** The row with this id in this Source. */
  ofSource(source: SourceId, id: ResourceId): PersonRow | undefined {
    const row = this.#byId.get(id);
    return row?.source === source ? row : undefined;
  }

  byN(n: number): PersonRow | undefined {
    return this.#byN.get(n);
  }

  /** Numbers of the rows `offset` to `offset + limit` of a Source, in order of arrival, read only from an index. */
  listing(source: SourceId, limit: number, offset: number): readonly number[] {
    return this.#listing.all(source, limit, offset);
  }

  /** Numbers of the rows of a Source after `n`, in order of arrival, read only from an index. */
  listingAfter(source: SourceId, n: number, limit: number): readonly number[] {
    return this.#listingAfter.all(source, n, limit);
  }

  /** The number of the row that arrived last; 0 if there is none. */
  lastN(source: SourceId): number {
    return this.#lastN.get(source) ?? 0;
  }

  /** The greatest id of all Sources; `undefined` if there are no people. */
  lastId(): ResourceId | undefined {
    return this.#lastId.get() ?? undefined;
  }

  /** Ids of people of all Sources, sorted, after one id and up to another. */
  idsBetween(after: ResourceId, upTo: ResourceId, limit: number): readonly ResourceId[] {
    return this.#idsBetween.all(after, upTo, limit);
  }

  /** @returns false if another Person of the Source has this userName. */
  insert({ id, source, keys, manager, document }: NewPerson, stamp: PersonStamp): boolean {
    const { changes, lastInsertRowid } = this.#insert.run(
      id,
      source,
      stamp.seq,
      stamp.at,
      stamp.at,
      Number(keys.active),
      keys.userKey,
      keys.externalId,
      keys.display,
      keys.displayKey,
      keys.managerRef,
      manager,
      document,
    );
    if (changes === 0) return false;
    const n = Number(lastInsertRowid);
    for (const email of keys.emails) this.insertEmail(source, n, email);
    return true;
  }

  /** Writes a document whose indexed values are unchanged. */
  rewrite(n: number, document: string, stamp: PersonStamp): void {
    this.#rewrite.run(stamp.seq, stamp.version, stamp.at, document, n);
  }

  /** Writes a document and its indexed values. @returns false if another Person of the Source has this userName. */
  rekey(n: number, keys: PersonKeys, manager: string | null, document: string, stamp: PersonStamp): boolean {
    const { seq, version, at } = stamp;
    const { active, userKey, externalId, display, displayKey, managerRef } = keys;
    const result = this.#rekey.run(
      seq,
      version,
      at,
      document,
      Number(active),
      userKey,
      externalId,
      display,
      displayKey,
      managerRef,
      manager,
      n,
    );
    return result.changes === 1;
  }

  /** Deletes a Person and its e-mail addresses. The id is kept, with the number of the Change. */
  remove(row: PersonRow, keys: PersonKeys, seq: number): void {
    for (const email of keys.emails) this.removeEmail(row.source, row.n, email);
    this.#remove.run(row.n);
    this.#depart.run(seq, row.id, row.source);
  }

  insertEmail(source: SourceId, n: number, email: EmailKey): void {
    this.#insertEmail.run(source, email.key, n, Number(email.work));
  }

  removeEmail(source: SourceId, n: number, email: EmailKey): void {
    this.#removeEmail.run(source, email.key, n);
  }
}

/** Converts a row to a Person. The document is parsed when it is first accessed. */
export function toPerson(
  row: Pick<PersonRow, 'id' | 'source' | 'version' | 'created_at' | 'modified_at' | 'document'>,
  user?: ScimUser,
): Person {
  const { document } = row;
  let parsed = user;
  return {
    id: row.id,
    source: row.source,
    get user(): ScimUser {
      parsed ??= JSON.parse(document) as ScimUser;
      return parsed;
    },
    json: document,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    version: row.version,
  };
}
