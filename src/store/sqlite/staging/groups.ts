// Implements the Groups port on SQLite.
import type { Origin, AffectedSubjects } from '../../../domain/change.ts';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Group, Member } from '../../../domain/person.ts';
import { notFound, UniquenessConflict } from '../../../scim/errors.ts';
import { memberMatcher } from '../../../scim/filter/compile-filter.ts';
import type { GroupEdit, MembersEdit } from '../../../scim/patch/group-edit.ts';
import type { MemberRef, ScimGroup } from '../../../scim/resource.ts';
import type { Schemas } from '../../../scim/schema/compile-schemas.ts';
import type { Groups, Page, Query } from '../../staging.ts';
import type { DatabaseAccess } from '../database-access.ts';
import type { ChangeLog } from './changes.ts';
import type { FindGroups } from './find-groups.ts';
import { toGroup, type GroupRow, type GroupRows } from './group-rows.ts';
import type { MembershipRows } from './membership-rows.ts';
import type { References } from './references.ts';
import type { SourceCounters } from './source-counters.ts';

/** The statements that the Groups of all Sources share. */
export interface GroupParts {
  readonly access: DatabaseAccess;
  readonly rows: GroupRows;
  readonly memberships: MembershipRows;
  readonly references: References;
  readonly log: ChangeLog;
  readonly counters: SourceCounters;
  readonly find: FindGroups;
  readonly schemas: Schemas;
  readonly newId: () => ResourceId;
}

/** The Groups of one Source. */
export class SqliteGroups implements Groups {
  readonly #source: SourceId;
  readonly #parts: GroupParts;

  constructor(source: SourceId, parts: GroupParts) {
    this.#source = source;
    this.#parts = parts;
  }

  create(group: ScimGroup, members: readonly MemberRef[], by: Origin, id?: ResourceId): Promise<Group> {
    const unit = this.creation(group, members, by, id);
    return this.#parts.access.write(unit);
  }

  /** Returns a unit that creates a Group with its members, for a transaction of the caller. */
  creation(group: ScimGroup, members: readonly MemberRef[], by: Origin, id?: ResourceId): () => Group {
    const document = JSON.stringify(group);
    return () => this.#create(group, members, document, by, id ?? this.#parts.newId());
  }

  edit(id: ResourceId, edit: GroupEdit, by: Origin, check?: (group: Group) => void): Promise<Group> {
    return this.#parts.access.write(() => {
      const row = this.#row(id);
      const before = toGroup(row);
      check?.(before);
      return this.#edit(row, before, edit, by);
    });
  }

  remove(id: ResourceId, by: Origin, check?: (group: Group) => void): Promise<void> {
    return this.#parts.access.write(() => {
      const { rows, memberships, log, counters } = this.#parts;
      const row = this.#row(id);
      check?.(toGroup(row));
      rows.remove(row.n, log.next);
      // Ends its memberships in other Groups too. Otherwise its id would wait for a Person who has it as externalId.
      memberships.endAllOf(this.#source, id, log.next);
      this.#write(id, 'deleted', ['allMembers'], by);
      counters.add(this.#source, by.at, 0, -1);
    });
  }

  get(id: ResourceId): Promise<Group | undefined> {
    return this.#parts.access.read(() => {
      const row = this.#parts.rows.ofSource(this.#source, id);
      return row === undefined ? undefined : toGroup(row);
    });
  }

  find(query: Query): Promise<Page<Group>> {
    return this.#parts.find.find(this.#source, query);
  }

  members(id: ResourceId, after: ResourceId | undefined, limit: number): Promise<readonly Member[]> {
    return this.#parts.access.read(() => {
      const { rows, memberships } = this.#parts;
      return rows.ofSource(this.#source, id) === undefined ? [] : memberships.page(id, after, limit);
    });
  }

  #create(group: ScimGroup, members: readonly MemberRef[], document: string, by: Origin, id: ResourceId): Group {
    const { rows, memberships, references, log, counters } = this.#parts;
    const stamp = { seq: log.next, version: 1, at: by.at.getTime() };
    if (!rows.insert(id, this.#source, group, document, stamp)) throw new UniquenessConflict('displayName');
    for (const { member, id: memberId } of this.#toAdd(members)) memberships.add(id, this.#source, memberId, member, stamp.seq);
    if (group.externalId !== undefined) references.closeMembers(this.#source, group.externalId, stamp.seq);
    this.#write(id, 'created', members.length > 0 ? ['touchedMembers'] : [], by);
    counters.add(this.#source, by.at, 0, 1);
    return toGroup({ id, source: this.#source, version: 1, created_at: stamp.at, modified_at: stamp.at, document });
  }

  #edit(row: GroupRow, before: Group, edit: GroupEdit, by: Origin): Group {
    const { rows, log, counters } = this.#parts;
    const stamp = { seq: log.next, version: row.version + 1, at: by.at.getTime() };
    const after = edit.change?.(before.group) ?? before.group;
    const document = after === before.group ? row.document : JSON.stringify(after);
    const touched = edit.members !== undefined && this.#editMembers(row.id, edit.members, stamp.seq);
    if (document === row.document && !touched) return before;
    if (document === row.document) rows.touch(row.n, stamp);
    else if (!rows.rewrite(row.n, after, document, stamp)) throw new UniquenessConflict('displayName');
    if (after.externalId !== undefined && after.externalId !== before.group.externalId) {
      this.#parts.references.closeMembers(this.#source, after.externalId, stamp.seq);
    }
    const renamed = after.displayName !== before.group.displayName;
    this.#write(row.id, 'updated', [...(touched ? (['touchedMembers'] as const) : []), ...(renamed ? (['allMembers'] as const) : [])], by);
    counters.add(this.#source, by.at, 0, 0);
    return toGroup({ ...row, version: stamp.version, modified_at: stamp.at, document });
  }

  /** @returns true if a member was added or removed. Reads members only if the edit concerns all of them. */
  #editMembers(group: ResourceId, first: MembersEdit, seq: number): boolean {
    let touched = false;
    // A loop and not a recursion, because a PATCH may contain a thousand edits.
    for (let edit: MembersEdit | undefined = first; edit !== undefined; edit = edit.next) {
      touched = this.#editOnce(group, edit, seq) || touched;
    }
    return touched;
  }

  #editOnce(group: ResourceId, edit: MembersEdit, seq: number): boolean {
    const { memberships } = this.#parts;
    const added = this.#toAdd(edit.add);
    const kept = new Set(added.map(({ id }) => id));
    let touched = edit.base === 'none' && memberships.endAllBut(group, kept, seq);
    for (const id of this.#toEnd(group, edit)) {
      if (!kept.has(id)) touched = memberships.end(group, id, seq) || touched;
    }
    for (const { member, id } of added) touched = memberships.add(group, this.#source, id, member, seq) || touched;
    return touched;
  }

  #toEnd(group: ResourceId, edit: MembersEdit): readonly ResourceId[] {
    const { memberships, references, schemas } = this.#parts;
    const named = edit.remove.map((sent) => references.memberOf(this.#source, sent));
    if (edit.removeWhere === undefined) return named;
    const matches = memberMatcher(edit.removeWhere, schemas);
    const matching = memberships.page(group, undefined, -1).filter(({ id, ...member }) => matches({ value: id, ...member }));
    return [...named, ...matching.map((member) => member.id)];
  }

  /** The members with the ids to which they resolve. Omits those that were deleted meanwhile, as if they had been removed afterwards. */
  #toAdd(members: readonly MemberRef[]): readonly { readonly member: MemberRef; readonly id: ResourceId }[] {
    return members.flatMap((member) => {
      const id = this.#parts.references.newMemberOf(this.#source, member.value, member.type);
      return id === undefined ? [] : [{ member, id }];
    });
  }

  #write(id: ResourceId, did: 'created' | 'updated' | 'deleted', affects: readonly AffectedSubjects[], by: Origin): void {
    this.#parts.log.write({ source: this.#source, kind: 'group', id, did }, affects, by);
  }

  #row(id: ResourceId): GroupRow {
    const row = this.#parts.rows.ofSource(this.#source, id);
    if (row === undefined) throw notFound('Group', id);
    return row;
  }
}
