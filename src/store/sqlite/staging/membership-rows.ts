// Statements that read and write the table `memberships`.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { GroupName, Member } from '../../../domain/person.ts';
import type { MemberRef } from '../../../scim/resource.ts';
import { prepare } from '../prepare.ts';

interface MemberRow {
  readonly id: string;
  readonly person: string | null;
  readonly person_display: string | null;
  readonly group_display: string | null;
  readonly display: string | null;
}

/** Statements over `memberships`. None of them returns ended rows; `add` reactivates them. */
export class MembershipRows {
  readonly #groupIdsOf: Statement<[string, string], string>;
  readonly #groupName: Statement<[string], GroupName>;
  readonly #add: Statement<unknown[]>;
  readonly #end: Statement<[number, string, string]>;
  readonly #endAllOf: Statement<[number, string, string]>;
  readonly #endAllBut: Statement<[number, string, string]>;
  readonly #page: Statement<[string, string, number], MemberRow>;
  readonly #one: Statement<[string, string], MemberRow>;
  readonly #groupsWith: Statement<[string, string, number, number], number>;

  constructor(db: Database) {
    this.#groupIdsOf = prepare<[string, string], string>(
      db,
      `select group_id from memberships indexed by memberships_member
         where member = +? and source = +? and ended_seq is null order by group_id`,
    ).pluck();
    this.#groupName = prepare(db, 'select id, display as displayName from groups where id = +? and deleted_seq is null');
    this.#add = prepare(
      db,
      `
      insert into memberships (group_id, member, source, sent_as, kind, display, since_seq, ended_seq) values (?, ?, ?, ?, ?, ?, ?, null)
      on conflict (group_id, member) do update set
        sent_as = excluded.sent_as, kind = excluded.kind, display = excluded.display, since_seq = excluded.since_seq, ended_seq = null
      where ended_seq is not null`,
    );
    this.#end = prepare(db, 'update memberships set ended_seq = +? where group_id = +? and member = +? and ended_seq is null');
    this.#endAllOf = prepare(
      db,
      'update memberships indexed by memberships_member set ended_seq = +? where member = +? and source = +? and ended_seq is null',
    );
    this.#endAllBut = prepare(
      db,
      `update memberships set ended_seq = +? where group_id = +? and ended_seq is null and member not in (select value from json_each(+?))`,
    );
    this.#page = prepare(db, `${selectMembers} and memberships.member > +? order by memberships.member limit +?`);
    this.#one = prepare(db, `${selectMembers} and memberships.member = +?`);
    this.#groupsWith = prepare<[string, string, number, number], number>(
      db,
      `select groups.n from memberships indexed by memberships_member join groups on groups.id = memberships.group_id
         where memberships.source = +? and memberships.member = +? and memberships.ended_seq is null and groups.deleted_seq is null
           and groups.n > +? order by groups.n limit +?`,
    ).pluck();
  }

  /**
   * The Groups that contain a Person or Group, sorted by id. Uses two steps instead of a join: setting up a join takes SQLite longer
   * than both look-ups, and most people are in few Groups.
   */
  groupsOf(source: SourceId, member: ResourceId): readonly GroupName[] {
    const ids = this.#groupIdsOf.all(member, source);
    return ids.map((id) => this.#groupName.get(id)).filter((group) => group !== undefined);
  }

  /** Adds a member under the id to which it resolves. @returns false if it is a member already. */
  add(group: ResourceId, source: SourceId, member: ResourceId, sent: MemberRef, seq: number): boolean {
    const sentAs = sent.value === member ? null : sent.value;
    return this.#add.run(group, member, source, sentAs, sent.type ?? null, sent.display ?? null, seq).changes === 1;
  }

  /** Ends one membership. @returns false if there was none. */
  end(group: ResourceId, member: ResourceId, seq: number): boolean {
    return this.#end.run(seq, group, member).changes === 1;
  }

  /** Ends the memberships of a deleted Person or Group in all Groups. */
  endAllOf(source: SourceId, member: ResourceId, seq: number): void {
    this.#endAllOf.run(seq, member, source);
  }

  /** Ends the memberships of all members except these, in one statement. @returns false if there were no others. */
  endAllBut(group: ResourceId, kept: ReadonlySet<ResourceId>, seq: number): boolean {
    return this.#endAllBut.run(seq, group, JSON.stringify([...kept])).changes > 0;
  }

  /** Members sorted by id, after `after`. A negative limit means all. */
  page(group: ResourceId, after: ResourceId | undefined, limit: number): readonly Member[] {
    return this.#page.all(group, after ?? '', limit).map(toMember);
  }

  /** One member, or `undefined`. */
  one(group: ResourceId, member: ResourceId): Member | undefined {
    const row = this.#one.get(group, member);
    return row === undefined ? undefined : toMember(row);
  }

  /** Row numbers (`n`) of the Source's Groups that contain this member, in ascending order, greater than `after`. */
  groupsWith(source: SourceId, member: ResourceId, after: number, limit: number): readonly number[] {
    return this.#groupsWith.all(source, member, after, limit);
  }
}

const selectMembers = `
  select memberships.member as id, persons.id as person, persons.display as person_display, groups.display as group_display,
    memberships.display as display
  from memberships
    left join persons on persons.id = memberships.member and persons.source = memberships.source
    left join groups on groups.id = memberships.member and groups.source = memberships.source and groups.deleted_seq is null
  where memberships.group_id = +? and memberships.ended_seq is null`;

function toMember(row: MemberRow): Member {
  const type = row.person !== null ? 'User' : row.group_display !== null ? 'Group' : undefined;
  // Returns `display` as the Source sent it: Microsoft's Postman collection checks it (docs/entra-facts.md#postman-collections), and the
  // attributes of a member are immutable (RFC 7643 §2.4).
  const display = row.display ?? row.person_display ?? row.group_display ?? undefined;
  return { id: row.id, ...(type !== undefined && { type }), ...(display !== undefined && { display }) };
}
