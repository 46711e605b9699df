// Table rows of Groups.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Group } from '../../../domain/person.ts';
import type { ScimGroup } from '../../../scim/resource.ts';
import { fold } from '../../../scim/case-folding.ts';
import type { PersonStamp } from './person-rows.ts';
import { prepare } from '../prepare.ts';

/** A row of `groups` that is not deleted. */
export interface GroupRow {
  readonly n: number;
  readonly id: string;
  readonly source: string;
  readonly version: number;
  readonly created_at: number;
  readonly modified_at: number;
  readonly display: string;
  readonly document: string;
}

const columns = 'n, id, source, version, created_at, modified_at, display, document';

/** Statements over `groups`. None of them returns deleted rows. */
export class GroupRows {
  readonly #byId: Statement<[string], GroupRow>;
  readonly #byN: Statement<[number], GroupRow>;
  readonly #insert: Statement<unknown[]>;
  readonly #rewrite: Statement<[number, number, number, string, string, string, string | null, number]>;
  readonly #touch: Statement<[number, number, number, number]>;
  readonly #remove: Statement<[number, number, number]>;
  readonly #listing: Statement<[string, number, number], number>;
  readonly #listingAfter: Statement<[string, number, number], number>;
  readonly #lastN: Statement<[string], number | null>;
  readonly finders: GroupFinders;

  constructor(db: Database) {
    this.#byId = prepare(db, `select ${columns} from groups where id = +? and deleted_seq is null`);
    this.#byN = prepare(db, `select ${columns} from groups where n = +? and deleted_seq is null`);
    this.#insert = prepare(
      db,
      `
      insert into groups (id, source, seq, version, created_at, modified_at, external_id, display, display_key, document)
      values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
      on conflict (source, display_key) where deleted_seq is null do nothing`,
    );
    this.#rewrite = prepare(
      db,
      `
      update or ignore groups set seq = +?, version = +?, modified_at = +?, document = +?, display = +?, display_key = +?, external_id = +?
      where n = +?`,
    );
    this.#touch = prepare(db, 'update groups set seq = +?, version = +?, modified_at = +? where n = +?');
    this.#remove = prepare(db, 'update groups set seq = +?, deleted_seq = +? where n = +?');
    this.#listing = prepare<[string, number, number], number>(
      db,
      'select n from groups indexed by groups_listing where source = +? and deleted_seq is null order by n limit +? offset +?',
    ).pluck();
    this.#listingAfter = prepare<[string, number, number], number>(
      db,
      'select n from groups indexed by groups_listing where source = +? and n > +? and deleted_seq is null order by n limit +?',
    ).pluck();
    this.#lastN = prepare<[string], number | null>(
      db,
      'select max(n) from groups indexed by groups_listing where source = +? and deleted_seq is null',
    ).pluck();
    this.finders = toFinders(db);
  }

  /** The row with this id in this Source. */
  ofSource(source: SourceId, id: ResourceId): GroupRow | undefined {
    const row = this.#byId.get(id);
    return row?.source === source ? row : undefined;
  }

  /** The row with this id in any Source. */
  byId(id: ResourceId): GroupRow | undefined {
    return this.#byId.get(id);
  }

  byN(n: number): GroupRow | undefined {
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

  /** @returns false if another Group of the Source has this name. */
  insert(id: ResourceId, source: SourceId, group: ScimGroup, document: string, stamp: PersonStamp): boolean {
    const { seq, at } = stamp;
    const { displayName, externalId } = group;
    return this.#insert.run(id, source, seq, at, at, externalId ?? null, displayName, fold(displayName), document).changes === 1;
  }

  /** @returns false if another Group of the Source has this name. */
  rewrite(n: number, group: ScimGroup, document: string, stamp: PersonStamp): boolean {
    const { seq, version, at } = stamp;
    const { displayName, externalId } = group;
    return this.#rewrite.run(seq, version, at, document, displayName, fold(displayName), externalId ?? null, n).changes === 1;
  }

  /** Stores a new version with the same document, because the members have changed. */
  touch(n: number, { seq, version, at }: PersonStamp): void {
    this.#touch.run(seq, version, at, n);
  }

  /** Marks a Group as deleted. Its members are kept until the Change is pruned, to find the people affected by it. */
  remove(n: number, seq: number): void {
    this.#remove.run(seq, seq, n);
  }
}

/** Row numbers of a Source's rows with this value, in order of arrival, after the given number, up to a limit. */
type Finder = Statement<[source: string, value: string, after: number, limit: number], number>;

/** Look-ups of Groups by indexed attributes. */
export interface GroupFinders {
  readonly byId: Finder;
  readonly byDisplayKey: Finder;
  readonly byExternalId: Finder;
}

function toFinders(db: Database): GroupFinders {
  const find = (condition: string): Finder =>
    prepare<[string, string, number, number], number>(
      db,
      `select n from groups where source = +? and ${condition} and deleted_seq is null and n > +? order by n limit +?`,
    ).pluck();
  return { byId: find('id = +?'), byDisplayKey: find('display_key = +?'), byExternalId: find('external_id = +?') };
}

/** Converts a row to a Group. */
export function toGroup(row: Omit<GroupRow, 'n' | 'display'>): Group {
  return {
    id: row.id,
    source: row.source,
    group: JSON.parse(row.document) as ScimGroup,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    version: row.version,
  };
}
