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
 * The staging store: what the identity providers have sent. Each method is one atomic, durable unit: when its promise resolves, the unit is
 * on disk; when it rejects, nothing was written. A callback must be pure and synchronous, and may be run again. Units that wait at the same
 * time share a commit, but each fails alone.
 * Errors: `UniquenessConflict` and `ScimError` 404 from the SCIM side, errors of callbacks, and `StoreError` if the store cannot be
 * written.
 */
export interface StagingStore {
  /** SCIM operations on the data of one Source. They never read or change data of another Source, and do not create a Source. */
  of(source: SourceId): SourceStore;
  readonly sources: Sources;
  readonly tokens: Tokens;
  readonly notes: Notes;
  /**
   * Deletes Changes up to `upTo`, with the ended memberships and deleted Groups that they need, at most `limit` of each at a time. Returns
   * true if there are more.
   */
  pruneChanges(upTo: number, limit: number): Promise<boolean>;
  /**
   * Why the store is read-only, as a sentence; `undefined` if it is writable, and for a store that was opened for reading. Writes nothing:
   * if the problem may pass, the store itself detects this within seconds.
   */
  readOnly(): string | undefined;
}

/** The staging store as the outbound half reads it: data of all Sources, through a connection that cannot write. */
export interface StagingReader {
  readonly people: People;
  readonly changes: Changes;
  readonly sources: Pick<Sources, 'list' | 'get'>;
}

/** SCIM operations on the rows of one Source. */
export interface SourceStore {
  readonly users: Users;
  readonly groups: Groups;
  /**
   * Reserves an id for a resource that is created later, so that other resources can refer to it before (RFC 7644 §3.7.2). Writes nothing.
   */
  reserveId(): ResourceId;
  /**
   * Creates resources that refer to each other, under reserved ids: all in one unit, or none. Returns them in the given order.
   * @throws {CreationRefused} if one of them cannot be created.
   */
  createTogether(creations: readonly Creation[], by: Origin): Promise<readonly (Person | Group)[]>;
}

/** A resource to be created together with others. */
export type Creation =
  | { readonly type: 'User'; readonly id: ResourceId; readonly user: ScimUser }
  | { readonly type: 'Group'; readonly id: ResourceId; readonly group: ScimGroup; readonly members: readonly MemberRef[] };

/** A page of a listing. `total` is the number of all matches, not only of those on the page. */
export interface Page<T> {
  readonly total: number;
  /** Fewer than requested if they are large; always contains the first match of the page. */
  readonly items: readonly T[];
  /** Where the next page starts. Only for cursor-based paging. */
  readonly next?: PageCursor;
}

/**
 * The position at which a page of a listing starts: after a resource that was already returned (RFC 9865). Opaque outside the store;
 * JSON-safe text without personal data other than the row's number. Valid only for the filter and order for which it was returned.
 */
export type PageCursor = string;

/**
 * The parameters of a listing. Without a filter, everything matches. Sorted by creation; if `sort` is set, by that and then by creation.
 */
export interface Query {
  readonly filter?: Filter;
  /** Counts from 1; used when `after` is missing. */
  readonly startIndex: number;
  /** From 0. */
  readonly count: number;
  readonly sort?: { readonly by: string; readonly descending: boolean };
  /**
   * Cursor-based paging: the text `start` for the first page, then the `next` of the previous page. Ignores `startIndex`. Resources that
   * exist throughout are returned exactly once, even if others are created or deleted between the pages.
   */
  readonly after?: PageCursor;
  /** Max time of the look-up, in milliseconds of a monotonic clock; then it ends with a ScimError 400 tooMany. Default: 10 s. */
  readonly maxMs?: number;
  /** False if the Groups of people are not required: they are not read, and returned as empty. Default: true. */
  readonly withGroups?: boolean;
}

/** A Person with the Groups that SCIM shows in `groups`. */
export interface PersonWithGroups {
  readonly person: Person;
  readonly groups: readonly { readonly id: ResourceId; readonly displayName: string }[];
}

/** The Users of one Source. */
export interface Users {
  /**
   * Stores a new Person under a new or a reserved id. `userName` is unique in the Source, ignoring case.
   * @throws {UniquenessConflict} naming userName.
   */
  create(user: ScimUser, by: Origin, id?: ResourceId): Promise<Person>;
  /**
   * Changes a document. If `change` returns the same object, nothing is written and the Person is returned unchanged.
   * @throws {UniquenessConflict}, a ScimError 404 if it does not exist, and the errors of `change`.
   */
  update(id: ResourceId, change: (now: ScimUser, person: Person) => ScimUser, by: Origin): Promise<Person>;
  /** Deletes a Person's document and its memberships. Its Shadows stay. @throws a ScimError 404 if it does not exist. */
  remove(id: ResourceId, by: Origin, check?: (person: Person) => void): Promise<void>;
  /** One Person, or `undefined`. */
  get(id: ResourceId): Promise<PersonWithGroups | undefined>;
  /**
   * A page of people. Filters with an index (userName, externalId, id, e-mails, displayName, manager with `eq`, joined by `and` with any
   * condition or by `or` with each other) read only the matching rows; for other filters all rows are read, in slices.
   * @throws {ScimError} 400 invalidFilter, invalidValue for an order that is not supported, tooMany, expiredCursor.
   */
  find(query: Query): Promise<Page<PersonWithGroups>>;
}

/**
 * The Groups of one Source. Members are rows, so the cost of an edit depends on the members that it names, not on the size of the Group.
 */
export interface Groups {
  /**
   * Stores a new Group with its members, under a new or a reserved id. `displayName` is unique in the Source, ignoring case.
   * @throws {UniquenessConflict} naming displayName.
   */
  create(group: ScimGroup, members: readonly MemberRef[], by: Origin, id?: ResourceId): Promise<Group>;
  /**
   * Changes name and members together, or neither. Unknown members are kept as open references; deleted ones are omitted.
   * @throws as Users.update does.
   */
  edit(id: ResourceId, edit: GroupEdit, by: Origin, check?: (group: Group) => void): Promise<Group>;
  remove(id: ResourceId, by: Origin, check?: (group: Group) => void): Promise<void>;
  get(id: ResourceId): Promise<Group | undefined>;
  /**
   * A page of Groups without members. There are indexes for displayName, externalId, id and `members.value` with `eq`; otherwise as
   * `Users.find`.
   */
  find(query: Query): Promise<Page<Group>>;
  /** A page of members, sorted by id, after `after`. */
  members(id: ResourceId, after: ResourceId | undefined, limit: number): Promise<readonly Member[]>;
}

/** People of all Sources, as the engine reads them. */
export interface People {
  /** Views of these people, by id; people who do not exist are missing. At most 500 ids at once. */
  views(ids: readonly SubjectId[], attributes?: readonly CustomAttribute[]): Promise<ReadonlyMap<SubjectId, PersonView>>;
  /** The ids of those people who were deleted by their Source; at most 500 ids at once. */
  departed(ids: readonly SubjectId[]): Promise<ReadonlySet<SubjectId>>;
  /** Ids of all people, sorted, page by page. No transaction stays open across an await, so people who arrive meanwhile may be missing. */
  each(pageSize?: number): AsyncIterable<readonly SubjectId[]>;
  count(): Promise<number>;
  /** Searches for people by id, userName, externalId or e-mail; if there are none, by part of userName or displayName. At most `limit`. */
  search(text: string, limit: number, attributes?: readonly CustomAttribute[]): Promise<readonly PersonView[]>;
  /** Ids of the Groups that have this name now (any Source, ignoring case). */
  groupsNamed(name: string): Promise<readonly ResourceId[]>;
  /** Names of the Groups of all Sources, unordered; at most `limit`. */
  firstGroupNames(limit: number): Promise<readonly string[]>;
  /** Current names of Groups. Deleted Groups are missing. */
  groupNames(ids: readonly ResourceId[]): Promise<ReadonlyMap<ResourceId, string>>;
}

/** Committed modifications of the staging store, sorted by number. */
export interface Changes {
  /** Number of the last Change; 0 if there was none. */
  head(): Promise<number>;
  /** Changes after `cursor`, without gaps: no later commit can add a Change with a lower number. */
  after(cursor: number, limit: number): Promise<readonly Change[]>;
  /**
   * People whom the Changes in (`after`, `upTo`] affect: the people themselves, reports and members, each once, sorted by id, after `last`.
   * For the next page, pass the last returned id.
   */
  affected(after: number, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly SubjectId[]>;
  /** The last Change of this Person or Group itself, for the Story; `undefined` if it was pruned or there was none. */
  lastOf(id: ResourceId): Promise<Change | undefined>;
}
