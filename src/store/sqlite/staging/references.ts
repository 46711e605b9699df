// Resolves references to members and managers by id or externalId.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { MemberRef } from '../../../scim/resource.ts';
import { prepare } from '../prepare.ts';

/** The type of the referenced resource, as sent by the Source; null if the Source did not send one. */
type Kind = MemberRef['type'] | null;

/**
 * References of members and managers. A reference resolves to the Person with that id, or else to the only Person of the Source with that
 * externalId; until there is one, it is open. A manager is a Person. A member is a Person or a Group; if both have the externalId, the
 * reference is open unless the Source sent the type. References by id require no work here, because they are compared directly.
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

  /** The id to which a member resolves, or the text as sent while no Person is known. A member of type Group is never a Person. */
  memberOf(source: SourceId, sent: string, kind: Kind = null): ResourceId {
    if (this.#isPerson.get(sent, source) !== undefined || this.#isGroup.get(sent, source) !== undefined) return sent;
    const people = kind === 'Group' ? [] : this.#people.all(source, sent);
    const groups = kind === 'User' ? [] : this.#groups.all(source, sent);
    return only([...people, ...groups]) ?? sent;
  }

  /**
   * The id to which a new member resolves. Undefined for the id of a Person or Group that is known to be deleted: ids are never reused, so
   * no Person would ever match.
   */
  newMemberOf(source: SourceId, sent: string, kind: Kind = null): ResourceId | undefined {
    const id = this.memberOf(source, sent, kind);
    return id === sent && this.#isGone.get(id, source, id, source) !== undefined ? undefined : id;
  }

  /** The id of the Person to which the manager in a document resolves; null while no Person is known. */
  managerOf(source: SourceId, sent: string | null): ResourceId | null {
    if (sent === null) return null;
    if (this.#isPerson.get(sent, source) !== undefined) return sent;
    return only(this.#people.all(source, sent)) ?? null;
  }

  /** True if an open reference may exist for this id or externalId. Otherwise no reference needs to be resolved. */
  mayBeAwaited(source: SourceId, id: ResourceId, externalId: string | null): boolean {
    return this.#isAwaited.get(source, id, externalId, externalId) !== undefined;
  }

  /** Resolves the references of people whose manager has this id. */
  closeById(source: SourceId, id: ResourceId): void {
    this.#moveManagers.run(id, source, id, source);
  }

  /**
   * Resolves the open references to an externalId if exactly one Person has it. Their memberships are moved to this Person's id under the
   * number `seq`.
   * @returns the Person's id if a reference was resolved, and whether the Person is now a manager.
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
   * Moves the memberships that refer to an externalId to the Person to which it resolves now, under the number `seq`.
   * @returns the ids of these people and Groups.
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

/** The only element; `undefined` if there are none or several. */
function only(ids: readonly ResourceId[]): ResourceId | undefined {
  const [id, another] = ids;
  return another === undefined ? id : undefined;
}
