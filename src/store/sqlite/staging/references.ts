// Resolves members and managers by id or externalId.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { MemberRef } from '../../../scim/resource.ts';
import { prepare } from '../prepare.ts';

/** The type of the referenced resource by the Source; null if the Source did not send one. */
type Kind = MemberRef['type'] | null;

/**
 * References by members and managers. One counts for the Person who has that id or, failing that, is the only one of the Source with that
 * externalId; until there is one it is open. A manager is a Person; a member is a Person or a Group, and where both have the externalId
 * it is open unless the Source said which. References by id need no work here: they are compared as they stand.
 */
export class References {
  readonly #isPerson: Statement<[string, string], number>;
  readonly #isGroup: Statement<[string, string], number>;
  readonly #people: Statement<[string, string], string>;
  readonly #groups: Statement<[string, string], string>;
  readonly #isGone: Statement<[string, string, string, string], number>;
  readonly #isAwaited: Statement<[string, string, string | null, string | null], number>;
  readonly #kindsOfMember: Statement<[string, string], Kind>;
  readonly #moveMembers: Statement<[string, number, string, string, Kind]>;
  readonly #endMembers: Statement<[number, string, string, Kind]>;
  readonly #moveManagers: Statement<[string, string, string, string]>;

  constructor(db: Database) {
    const pluck = <T>(sql: string) => prepare<[string, string], T>(db, sql).pluck();
    this.#isPerson = pluck('select 1 from persons where id = +? and source = +?');
    this.#isGroup = pluck('select 1 from groups where id = +? and source = +? and deleted_seq is null');
    this.#people = pluck('select id from persons where source = +? and external_id = +? limit 2');
    this.#groups = pluck('select id from groups where source = +? and external_id = +? and deleted_seq is null limit 2');
    this.#isGone = prepare<[string, string, string, string], number>(
      db,
      `select 1 from departed where id = +? and source = +?
       union all
       select 1 from groups where id = +? and source = +? and deleted_seq is not null
       limit 1`,
    ).pluck();
    this.#isAwaited = prepare<[string, string, string | null, string | null], number>(
      db,
      `select 1 from persons indexed by persons_manager_ref
         where source = +? and manager_ref in (+?, +?) and manager_ref is not manager
       union all
       select 1 from memberships indexed by memberships_member where member = +? and ended_seq is null
       limit 1`,
    ).pluck();
    this.#kindsOfMember = pluck('select distinct kind from memberships where member = +? and source = +? and ended_seq is null');
    this.#moveMembers = prepare(
      db,
      `
      insert into memberships (group_id, member, source, sent_as, kind, display, since_seq, ended_seq)
      select group_id, +?, source, member, kind, display, +?, null from memberships
        where member = +? and source = +? and kind is +? and ended_seq is null
      on conflict (group_id, member) do update set
        since_seq = excluded.since_seq, sent_as = excluded.sent_as, kind = excluded.kind, display = excluded.display, ended_seq = null
        where ended_seq is not null`,
    );
    this.#endMembers = prepare(
      db,
      'update memberships set ended_seq = +? where member = +? and source = +? and kind is +? and ended_seq is null',
    );
    this.#moveManagers = prepare(
      db,
      `
      update persons indexed by persons_manager_ref set manager = +?
      where source = +? and manager_ref = +? and manager_ref is not manager
        and (manager is null or not exists (select 1 from persons as managers where managers.id = persons.manager and managers.source = +?))`,
    );
  }

  /** The id that counts for a member as sent, which is itself while no Person is known. A member of type Group is never a Person. */
  memberOf(source: SourceId, sent: string, kind: Kind = null): ResourceId {
    if (this.#isPerson.get(sent, source) !== undefined || this.#isGroup.get(sent, source) !== undefined) return sent;
    const people = kind === 'Group' ? [] : this.#people.all(source, sent);
    const groups = kind === 'User' ? [] : this.#groups.all(source, sent);
    return only([...people, ...groups]) ?? sent;
  }

  /**
   * The same for a new member. Undefined for the id of a Person or Group that was deleted, as far as that is still
   * known: ids never come back, so no Person would ever match it.
   */
  newMemberOf(source: SourceId, sent: string, kind: Kind = null): ResourceId | undefined {
    const id = this.memberOf(source, sent, kind);
    return id === sent && this.#isGone.get(id, source, id, source) !== undefined ? undefined : id;
  }

  /** The id of the Person whom a document names as manager; null while no Person is known. */
  managerOf(source: SourceId, sent: string | null): ResourceId | null {
    if (sent === null) return null;
    if (this.#isPerson.get(sent, source) !== undefined) return sent;
    return only(this.#people.all(source, sent)) ?? null;
  }

  /** True when a reference may wait for a Person with this id or externalId: for all others nothing has to be closed. */
  mayBeAwaited(source: SourceId, id: ResourceId, externalId: string | null): boolean {
    return this.#isAwaited.get(source, id, externalId, externalId) !== undefined;
  }

  /** Closes the references of those whose manager has this id. */
  closeById(source: SourceId, id: ResourceId): void {
    this.#moveManagers.run(id, source, id, source);
  }

  /**
   * Closes the references that wait for an externalId, if exactly one Person has it: memberships are moved to its id under the number
   * `seq`. @returns that Person's id when something was closed, and whether a Person has it as manager now.
   */
  closeByExternalId(
    source: SourceId,
    externalId: string | null,
    seq: number,
  ): { readonly id: ResourceId; readonly manages: boolean } | undefined {
    if (externalId === null) return undefined;
    const joined = this.closeMembers(source, externalId, seq);
    const id = only(this.#people.all(source, externalId));
    if (id === undefined) return undefined;
    const manages = this.#moveManagers.run(id, source, externalId, source).changes > 0;
    return joined.has(id) || manages ? { id, manages } : undefined;
  }

  /**
   * Moves the memberships that wait for an externalId to the Person that counts for it now, under the number `seq`. @returns the ids of those
   * people and Groups.
   */
  closeMembers(source: SourceId, externalId: string, seq: number): ReadonlySet<ResourceId> {
    const joined = new Set<ResourceId>();
    for (const kind of this.#kindsOfMember.all(externalId, source)) {
      const id = this.memberOf(source, externalId, kind);
      if (id === externalId) continue;
      this.#moveMembers.run(id, seq, externalId, source, kind);
      this.#endMembers.run(seq, externalId, source, kind);
      joined.add(id);
    }
    return joined;
  }
}

/** The one element; `undefined` for none and for several. */
function only(ids: readonly ResourceId[]): ResourceId | undefined {
  const [id, another] = ids;
  return another === undefined ? id : undefined;
}
