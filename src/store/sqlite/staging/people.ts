// Reads people for the engine.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SubjectId } from '../../../domain/ids.ts';
import { toPersonView, type CustomAttribute, type PersonView } from '../../../domain/person-view.ts';
import type { People } from '../../staging.ts';
import type { ReadAccess } from '../database-access.ts';
import type { MembershipRows } from './membership-rows.ts';
import { fold } from '../../../scim/case-folding.ts';
import { toPerson, type PersonRow, type PersonRows } from './person-rows.ts';
import { prepare } from '../prepare.ts';

interface Parts {
  readonly access: ReadAccess;
  readonly rows: PersonRows;
  readonly memberships: MembershipRows;
}

/** Reads people of all Sources for the engine. */
export class SqlitePeople implements People {
  readonly #parts: Parts;
  readonly #count: Statement<[], number>;
  readonly #departed: Statement<[string], number>;
  readonly #exact: Statement<{ text: string; key: string; limit: number }, number>;
  readonly #partly: Statement<{ key: string; limit: number }, number>;
  readonly #groupsNamed: Statement<[string], string>;
  readonly #firstGroupNames: Statement<[number], string>;
  readonly #groupName: Statement<[string], string>;

  constructor(db: Database, parts: Parts) {
    this.#parts = parts;
    this.#count = prepare<[], number>(db, 'select coalesce(sum(people), 0) from sources').pluck();
    this.#departed = prepare<[string], number>(db, 'select 1 from departed where id = +?').pluck();
    this.#exact = prepare<{ text: string; key: string; limit: number }, number>(db, exactSql).pluck();
    this.#partly = prepare<{ key: string; limit: number }, number>(
      db,
      'select n from persons where instr(user_key, +@key) > 0 or instr(display_key, +@key) > 0 order by n limit +@limit',
    ).pluck();
    this.#groupsNamed = prepare<[string], string>(
      db,
      'select groups.id from sources cross join groups on groups.source = sources.id where groups.display_key = +? and groups.deleted_seq is null',
    ).pluck();
    this.#firstGroupNames = prepare<[number], string>(
      db,
      'select groups.display from sources cross join groups on groups.source = sources.id where groups.deleted_seq is null limit +?',
    ).pluck();
    this.#groupName = prepare<[string], string>(db, 'select display from groups where id = +? and deleted_seq is null').pluck();
  }

  views(ids: readonly SubjectId[], attributes: readonly CustomAttribute[] = []): Promise<ReadonlyMap<SubjectId, PersonView>> {
    return this.#parts.access.read(() => {
      const views = new Map<SubjectId, PersonView>();
      for (const id of ids) {
        const row = this.#parts.rows.byId(id);
        if (row !== undefined) views.set(id, this.#toView(row, attributes));
      }
      return views;
    });
  }

  departed(ids: readonly SubjectId[]): Promise<ReadonlySet<SubjectId>> {
    return this.#parts.access.read(() => new Set(ids.filter((id) => this.#departed.get(id) !== undefined)));
  }

  async *each(pageSize = 500): AsyncIterable<readonly SubjectId[]> {
    const { access, rows } = this.#parts;
    // Stops at the greatest id at the start. New ids sort last, so a slow reader could otherwise follow the Source's writes indefinitely.
    const upTo = (await access.read(() => rows.lastId())) ?? '';
    for (let last = ''; ;) {
      const after = last;
      const ids = await access.read(() => rows.idsBetween(after, upTo, pageSize));
      const end = ids.at(-1);
      if (end === undefined) return;
      yield ids;
      last = end;
    }
  }

  count(): Promise<number> {
    return this.#parts.access.read(() => this.#count.get() ?? 0);
  }

  search(text: string, limit: number, attributes: readonly CustomAttribute[] = []): Promise<readonly PersonView[]> {
    const trimmed = text.trim();
    const key = fold(trimmed);
    if (key === '') return Promise.resolve([]);
    return this.#parts.access.read(() => {
      const exact = this.#exact.all({ text: trimmed, key, limit });
      const rows = exact.length > 0 ? exact : this.#partly.all({ key, limit });
      return rows.flatMap((n) => {
        const row = this.#parts.rows.byN(n);
        return row === undefined ? [] : [this.#toView(row, attributes)];
      });
    });
  }

  groupsNamed(name: string): Promise<readonly ResourceId[]> {
    return this.#parts.access.read(() => this.#groupsNamed.all(fold(name)));
  }

  firstGroupNames(limit: number): Promise<readonly string[]> {
    return this.#parts.access.read(() => this.#firstGroupNames.all(limit));
  }

  groupNames(ids: readonly ResourceId[]): Promise<ReadonlyMap<ResourceId, string>> {
    return this.#parts.access.read(() => {
      const names = new Map<ResourceId, string>();
      for (const id of ids) {
        const name = this.#groupName.get(id);
        if (name !== undefined) names.set(id, name);
      }
      return names;
    });
  }

  #toView(row: PersonRow, attributes: readonly CustomAttribute[]): PersonView {
    const { rows, memberships } = this.#parts;
    const managerRow = row.manager === null ? undefined : rows.ofSource(row.source, row.manager);
    const manager = managerRow === undefined ? undefined : toPerson(managerRow);
    return toPersonView(toPerson(row), memberships.groupsOf(row.source, row.id), manager, attributes);
  }
}

/** Searches people of all Sources by the strings that operators enter. Each branch is one index look-up. */
const exactSql = `
  select n from persons where id = +@key
  union
  select persons.n from sources cross join persons on persons.source = sources.id where persons.user_key = +@key
  union
  select persons.n from sources cross join persons on persons.source = sources.id where persons.external_id = +@text
  union
  select emails.person from sources cross join emails on emails.source = sources.id where emails.email_key = +@key
  order by 1 limit +@limit`;
