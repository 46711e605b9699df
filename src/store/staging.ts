// The port of the staging store: people, groups, Changes, tokens.
import type { Change, Origin } from '../domain/change.ts';
import type { ResourceId, SourceId, SubjectId } from '../domain/ids.ts';
import type { Group, Member, Person } from '../domain/person.ts';
import type { CustomAttribute, PersonView } from '../domain/person-view.ts';
import type { Filter } from '../scim/filter/filter-tree.ts';
import type { GroupEdit } from '../scim/patch/group-edit.ts';
import type { MemberRef, ScimGroup, ScimUser } from '../scim/resource.ts';
import type { Notes, Sources, Tokens } from './identity.ts';

/**
 * The staging store: what the identity providers sent. Every method is one atomic, durable unit: when its promise resolves, the unit is on
 * disk; when it rejects, nothing was written. A callback must be pure and synchronous and may be run again. Units that wait at the
 * same time share a commit, but each fails alone.
 *
 * Errors: `UniquenessConflict` and `ScimError` 404 from the SCIM side, errors of callbacks, and `StoreError` if the store cannot be written.
 */
export interface StagingStore {
  /** The SCIM side of one Source. Never touches or sees another Source's people. Creates no Source. */
  of(source: SourceId): SourceStore;
  readonly sources: Sources;
  readonly tokens: Tokens;
  readonly notes: Notes;
  /**
   * Forgets Changes up to `upTo`, ended memberships and deleted Groups with them, at most `limit` of each at a time. True when there is
   * more.
   */
  pruneChanges(upTo: number, limit: number): Promise<boolean>;
  /**
   * What keeps the store from being written, as a sentence for a person; `undefined` when nothing does, also for a store that was opened
   * for reading. Writes nothing: a store whose trouble may pass finds out itself, within seconds.
   */
  readOnly(): string | undefined;
}

/** The staging store as the outbound side reads it: all Sources together, through a connection that cannot write. */
export interface StagingReader {
  readonly people: People;
  readonly changes: Changes;
  readonly sources: Pick<Sources, 'list' | 'get'>;
}

/** SCIM operations on the rows of one Source. */
export interface SourceStore {
  readonly users: Users;
  readonly groups: Groups;
  /** An id for a resource that is still to be created: others may refer to it before (RFC 7644 §3.7.2). Writes nothing. */
  reserveId(): ResourceId;
  /**
   * Creates resources that refer to each other, under reserved ids: all in one unit, or none. Gives them back in the order given.
   * @throws {CreationRefused} when one of them cannot be.
   */
  createTogether(creations: readonly Creation[], by: Origin): Promise<readonly (Person | Group)[]>;
}

/** A resource to be created together with others. */
export type Creation =
  | { readonly type: 'User'; readonly id: ResourceId; readonly user: ScimUser }
  | { readonly type: 'Group'; readonly id: ResourceId; readonly group: ScimGroup; readonly members: readonly MemberRef[] };

/** A page of a listing. `total` counts all hits, not those of the page. */
export interface Page<T> {
  readonly total: number;
  /** Fewer than requested if they are large; always contains the first hit of the page. */
  readonly items: readonly T[];
  /** Where the next page begins. Only for pages by cursor. */
  readonly next?: PageCursor;
}

/**
 * Where a page of a listing begins: behind a resource already given (RFC 9865). Opaque outside the store; JSON-safe text without
 * personal data beyond the row's number. Good for the filter and order that it was given for.
 */
export type PageCursor = string;

/** The parameters of a listing. Without a filter everything hits. Order: as created, unless sorted; then as created among equals. */
export interface Query {
  readonly filter?: Filter;
  /** Counts from 1; used when `after` is missing. */
  readonly startIndex: number;
  /** From 0. */
  readonly count: number;
  readonly sort?: { readonly by: string; readonly descending: boolean };
  /**
   * Page by cursor: the text `start` for the first page, then the `next` of the page before. Ignores `startIndex`. Resources that
   * exist throughout are returned exactly once, even if others are created or deleted between the pages.
   */
  readonly after?: PageCursor;
  /**
   * Ends the look-up with a ScimError 400 tooMany when it takes longer, in milliseconds of a monotonic clock. Missing: the store's
   * default, 10 s.
   */
  readonly maxMs?: number;
  /** False where the Groups of people are not used: they are not read, and given as none. Missing: true. */
  readonly withGroups?: boolean;
}

/** A Person with the Groups it is in: what SCIM shows as `groups`. */
export interface PersonWithGroups {
  readonly person: Person;
  readonly groups: readonly { readonly id: ResourceId; readonly displayName: string }[];
}

/** The Users of one Source. */
export interface Users {
  /**
   * Stages a new Person under a new id, or a reserved one. `userName` is unique in the Source, ignoring case.
   * @throws {UniquenessConflict} naming userName.
   */
  create(user: ScimUser, by: Origin, id?: ResourceId): Promise<Person>;
  /**
   * Changes a document. If `change` returns the same object, nothing is written and the Person is returned unchanged.
   * @throws {UniquenessConflict}, a ScimError 404 if it does not exist, and the errors of `change`.
   */
  update(id: ResourceId, change: (now: ScimUser, person: Person) => ScimUser, by: Origin): Promise<Person>;
  /** Forgets a Person's document and its memberships. Its Shadows stay. @throws a ScimError 404 if it does not exist. */
  remove(id: ResourceId, by: Origin, check?: (person: Person) => void): Promise<void>;
  /** One Person, or `undefined`. */
  get(id: ResourceId): Promise<PersonWithGroups | undefined>;
  /**
   * A page. Filters that an index serves (userName, externalId, id, e-mails, displayName, manager by `eq`, joined by `and` with anything or by
   * `or` with each other) read only what they find; for others all rows are looked at, in slices.
   * @throws {ScimError} 400 invalidFilter, invalidValue for an order that cannot be, tooMany, expiredCursor.
   */
  find(query: Query): Promise<Page<PersonWithGroups>>;
}

/** The Groups of one Source. Members are rows: one edit costs the members it names, whatever the Group's size. */
export interface Groups {
  /**
   * Stages a new Group with its members, under a new id or a reserved one. `displayName` is unique in the Source, ignoring case.
   * @throws {UniquenessConflict}
   */
  create(group: ScimGroup, members: readonly MemberRef[], by: Origin, id?: ResourceId): Promise<Group>;
  /**
   * Name and members change together, or neither changes. Unknown members are kept as open references, deleted ones left out. @throws as
   * Users.update.
   */
  edit(id: ResourceId, edit: GroupEdit, by: Origin, check?: (group: Group) => void): Promise<Group>;
  remove(id: ResourceId, by: Origin, check?: (group: Group) => void): Promise<void>;
  get(id: ResourceId): Promise<Group | undefined>;
  /** A page without members. Indexes serve displayName, externalId, id and `members.value` by `eq`; otherwise as `Users.find`. */
  find(query: Query): Promise<Page<Group>>;
  /** A page of members in the order of their ids, after `after`. */
  members(id: ResourceId, after: ResourceId | undefined, limit: number): Promise<readonly Member[]>;
}

/** The engine's view of people: all Sources. */
export interface People {
  /** Views of those that exist, by id; a missing one does not exist. At most 500 ids at once. */
  views(ids: readonly SubjectId[], attributes?: readonly CustomAttribute[]): Promise<ReadonlyMap<SubjectId, PersonView>>;
  /** Which of these people were deleted by their Source; at most 500 ids at once. */
  departed(ids: readonly SubjectId[]): Promise<ReadonlySet<SubjectId>>;
  /** Ids of all people in their order, page by page; nothing is held open across an await. Who arrives meanwhile may be missing. */
  each(pageSize?: number): AsyncIterable<readonly SubjectId[]>;
  count(): Promise<number>;
  /** People that a technician means: by id, userName, externalId, e-mail, else a part of userName or displayName. At most `limit`. */
  search(text: string, limit: number, attributes?: readonly CustomAttribute[]): Promise<readonly PersonView[]>;
  /** Ids of the Groups with this name now (any Source, ignoring case). */
  groupsNamed(name: string): Promise<readonly ResourceId[]>;
  /** Names of the Groups of all Sources, in no particular order; at most `limit`. */
  firstGroupNames(limit: number): Promise<readonly string[]>;
  /** Present names of Groups; a missing id is a deleted Group. */
  groupNames(ids: readonly ResourceId[]): Promise<ReadonlyMap<ResourceId, string>>;
}

/** Committed modifications of the staging side, in the order of their numbers. */
export interface Changes {
  /** Number of the last Change; 0 before the first. */
  head(): Promise<number>;
  /** Changes after `cursor`: a prefix that no later commit can precede. */
  after(cursor: number, limit: number): Promise<readonly Change[]>;
  /**
   * People whom the Changes in (`after`, `upTo`] touch, in the order of their ids, after `last`: themselves, reports, members,
   * each once. Read again with the last id returned for the next page.
   */
  affected(after: number, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly SubjectId[]>;
  /** The last Change of this Person or Group itself, for the Story; `undefined` when pruned or never. */
  lastOf(id: ResourceId): Promise<Change | undefined>;
}
