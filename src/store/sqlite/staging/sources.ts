// Stores Sources and their contact times.
import type { Database, Statement } from 'better-sqlite3';
import type { SourceId } from '../../../domain/ids.ts';
import type { Source } from '../../../domain/source.ts';
import type { Sources } from '../../identity.ts';
import type { DatabaseAccess, ReadAccess } from '../database-access.ts';
import { dateAt } from '../column-values.ts';
import { prepare } from '../prepare.ts';

interface SourceRow {
  readonly id: string;
  readonly first_write: number | null;
  readonly last_write: number | null;
  readonly contact_since: number | null;
  readonly contact_last: number | null;
  readonly people: number;
  readonly groups: number;
}

/** Min interval between two stored contacts, in milliseconds. Otherwise each request of a Source would cost a commit. */
const noteEveryMs = 10_000;

/** Reads Sources. */
export class SourceReads implements Pick<Sources, 'list' | 'get'> {
  readonly #access: ReadAccess;
  readonly #list: Statement<[], SourceRow>;
  readonly #get: Statement<[string], SourceRow>;

  constructor(db: Database, access: ReadAccess) {
    this.#access = access;
    this.#list = prepare(db, 'select * from sources order by id');
    this.#get = prepare(db, 'select * from sources where id = +?');
  }

  list(): Promise<readonly Source[]> {
    return this.#access.read(() => this.#list.all().map(toSource));
  }

  get(id: SourceId): Promise<Source | undefined> {
    return this.#access.read(() => toSourceOrNone(this.#get.get(id)));
  }
}

/** Reads Sources and stores contacts with them. */
export class SqliteSources extends SourceReads implements Sources {
  readonly #access: DatabaseAccess;
  readonly #lastContact: Statement<[string], number | null>;
  readonly #heard: Statement<[string, number, number, number]>;

  constructor(db: Database, access: DatabaseAccess) {
    super(db, access);
    this.#access = access;
    this.#lastContact = prepare<[string], number | null>(db, 'select contact_last from sources where id = +?').pluck();
    this.#heard = prepare(
      db,
      `
      insert into sources (id, contact_since, contact_last) values (?, ?, ?)
      on conflict (id) do update set
        contact_since = case
          when contact_last is null or excluded.contact_last - contact_last > +? then excluded.contact_since
          else contact_since end,
        contact_last = max(excluded.contact_last, coalesce(contact_last, 0))`,
    );
  }

  async heard(id: SourceId, at: Date, silentMs: number): Promise<void> {
    const now = at.getTime();
    const known = await this.#access.read(() => this.#lastContact.get(id) ?? undefined);
    if (known !== undefined && now - known < Math.min(noteEveryMs, silentMs / 10)) return;
    await this.#access.write(() => this.#heard.run(id, now, now, silentMs));
  }
}

function toSourceOrNone(row: SourceRow | undefined): Source | undefined {
  return row === undefined ? undefined : toSource(row);
}

function toSource(row: SourceRow): Source {
  const { id, contact_since: since, contact_last: last, people, groups } = row;
  return {
    id,
    ...dateAt('firstWrite', row.first_write),
    ...dateAt('lastWrite', row.last_write),
    ...(since !== null && last !== null && { contact: { since: new Date(since), last: new Date(last) } }),
    people,
    groups,
  };
}
