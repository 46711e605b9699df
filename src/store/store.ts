import type { Change, Mark, Origin } from '../domain/change.ts';
import type { Cause, Decision, Delivery, DeliveryState, Hold, Planned } from '../domain/delivery.ts';
import type { DeliveryId, ResourceId, RunId, SourceId, SubjectId, SubjectRef, TargetName } from '../domain/ids.ts';
import type { Group, Member, Person } from '../domain/person.ts';
import type { CustomAttribute, PersonView } from '../domain/person-view.ts';
import type { MatchKey, OutboundRecord } from '../domain/record.ts';
import type { Leaving, Shadow } from '../domain/shadow.ts';
import type { Source, Token, TokenUse } from '../domain/source.ts';
import type { LeaverReason, Target } from '../domain/target.ts';
import type { Filter } from '../scim/filter/tree.ts';
import type { GroupEdit } from '../scim/patch/group-edit.ts';
import type { MemberRef, ScimGroup, ScimUser } from '../scim/resource.ts';

/**
 * The staging store. Every method is one atomic, durable unit: when its promise resolves, the unit is on disk; when it rejects,
 * nothing of it is there. A callback handed in is pure and synchronous and may be run again. Units that wait at the same time share
 * a commit, but each fails alone.
 *
 * Errors: `UniquenessConflict` and `ScimError` 404 from the SCIM side, whatever a callback throws, `StoreError` when nothing can be written.
 */
export interface Store {
  /** The SCIM side of one Source. Never touches or sees another Source's people. Creates nothing by itself. */
  of(source: SourceId): SourceStore;
  readonly sources: Sources;
  readonly people: People;
  readonly changes: Changes;
  readonly tokens: Tokens;
  readonly notes: Notes;
  /** Reads of the engine's side. */
  readonly targets: Targets;
  readonly shadows: Shadows;
  readonly outbox: Outbox;
  readonly marks: Marks;
  readonly decisions: Decisions;
  readonly noRows: NoRows;
  /** Writes of the engine's side. The fence tells the one who may write now; constant on SQLite. */
  engine(fence: Fence): EngineStore;
  /** `undefined` while writes are accepted; else why not, as a sentence for a person. */
  readOnly(): string | undefined;
  /** Waits for what is queued, then closes. Harmless when called twice. */
  close(): Promise<void>;
}

/** Who may write on the engine's side: a number that grows with each new leader. SQLite has one writer, so always 1. */
export type Fence = number;

// ---------------------------------------------------------------- the SCIM side

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
  /** Fewer than asked for where they are long; the first hit of the page is always among them. */
  readonly items: readonly T[];
  /** There is more: where. Only when `after` was asked with. */
  readonly next?: Place;
}

/**
 * Where a page of a listing begins: behind a resource already given (RFC 9865). Opaque outside the store; JSON-safe text without
 * personal data beyond the row's number. Good for the filter and order that it was given for.
 */
export type Place = string;

/** What a listing asks for. Without a filter everything hits. Order: as created, unless sorted; then as created among equals. */
export interface Query {
  readonly filter?: Filter;
  /** Counts from 1; used when `after` is missing. */
  readonly startIndex: number;
  /** From 0. */
  readonly count: number;
  readonly sort?: { readonly by: string; readonly descending: boolean };
  /**
   * Page by place: the text `start` for the first page, then the `next` of the page before. `startIndex` is not looked at. Whatever is there
   * throughout is given exactly once, whoever comes and goes between the pages.
   */
  readonly after?: Place;
  /**
   * Ends the look-up with a ScimError 400 tooMany when it takes longer, in milliseconds of a monotonic clock. Missing: the store's
   * default, 10 s.
   */
  readonly mostMs?: number;
  /** False where nobody looks at the Groups of people: they are not read, and given as none. Missing: true. */
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
   * Changes a document. When `change` returns the object it was given, nothing is written and the Person returned is as it was.
   * @throws {UniquenessConflict}, a ScimError 404 when there is none, and whatever `change` throws.
   */
  update(id: ResourceId, change: (now: ScimUser, person: Person) => ScimUser, by: Origin): Promise<Person>;
  /** Forgets a Person's document and its memberships. Its Shadows stay. @throws a ScimError 404 when there is none. */
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
  /** Name and members change together or not at all. Unknown members are kept as open references, deleted ones left out. @throws as Users.update. */
  edit(id: ResourceId, edit: GroupEdit, by: Origin, check?: (group: Group) => void): Promise<Group>;
  remove(id: ResourceId, by: Origin, check?: (group: Group) => void): Promise<void>;
  get(id: ResourceId): Promise<Group | undefined>;
  /** A page without members. Indexes serve displayName, externalId, id and `members.value` by `eq`; otherwise as `Users.find`. */
  find(query: Query): Promise<Page<Group>>;
  /** A page of members in the order of their ids, after `after`. */
  members(id: ResourceId, after: ResourceId | undefined, limit: number): Promise<readonly Member[]>;
}

/** The identity-provider connections that have tokens, people or contact. */
export interface Sources {
  list(): Promise<readonly Source[]>;
  get(id: SourceId): Promise<Source | undefined>;
  /**
   * Notes that the Source was heard, to within ten seconds or a tenth of `silentMs`, so that it may be called with every request. A
   * silence longer than `silentMs` begins a new contact.
   */
  heard(id: SourceId, at: Date, silentMs: number): Promise<void>;
}

/** The engine's view of people: all Sources. */
export interface People {
  /** Views of those that exist, by id; whoever is missing is gone. At most 500 ids at once. */
  views(ids: readonly SubjectId[], attributes?: readonly CustomAttribute[]): Promise<ReadonlyMap<SubjectId, PersonView>>;
  /** Ids of all people in their order, page by page; nothing is held open across an await. Who arrives meanwhile may be missing. */
  each(pageSize?: number): AsyncIterable<readonly SubjectId[]>;
  count(): Promise<number>;
  /** People that a technician means: by id, userName, externalId, e-mail, else a part of userName or displayName. At most `limit`. */
  search(text: string, limit: number, attributes?: readonly CustomAttribute[]): Promise<readonly PersonView[]>;
  /** Ids of the Groups with this name now (any Source, ignoring case). */
  groupsNamed(name: string): Promise<readonly ResourceId[]>;
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
  reached(after: number, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly SubjectId[]>;
  /** The last Change of this Person or Group itself, for the Story; `undefined` when pruned or never. */
  lastOf(id: ResourceId): Promise<Change | undefined>;
  /**
   * Forgets Changes up to `seq`, ended memberships and deleted Groups with them, a page at a time. True when there is more. The Source of
   * a deleted Person is kept for as long as a Delivery of theirs is open: the record that it may leave there needs it for its clock.
   */
  prune(upTo: number, limit: number): Promise<boolean>;
}

/** Bearer tokens and client secrets, as hashes. */
export interface Tokens {
  create(token: { hash: string; source: SourceId; use: TokenUse; label: string; createdAt: Date; expiresAt?: Date }): Promise<Token>;
  /** Whatever has this hash, expired or revoked ones too. */
  byHash(hash: string): Promise<Token | undefined>;
  /** The same by its number. */
  byId(id: number): Promise<Token | undefined>;
  list(): Promise<readonly Token[]>;
  /** @returns `undefined` when there is no such token. `expiresAt: undefined` means never. */
  extend(id: number, expiresAt: Date | undefined): Promise<Token | undefined>;
  revoke(id: number, at: Date): Promise<Token | undefined>;
  /** Notes a use, to within a minute, so that it may be called with every request. */
  used(id: number, at: Date): Promise<void>;
}

/** Small named texts of the daemon's own, such as the last good `vestibule.yaml`. */
export interface Notes {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string): Promise<void>;
}

// ---------------------------------------------------------------- the engine's side: reads

/** What is remembered of each Target. */
export interface Targets {
  list(): Promise<readonly Target[]>;
  get(name: TargetName): Promise<Target | undefined>;
  /** What people and the daemon did to Targets: newest first. */
  journal(target: TargetName, limit: number): Promise<readonly JournalEntry[]>;
}

/** One line of the journal of a Target. */
export interface JournalEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
  readonly detail: string;
}

/** What Targets hold. */
export interface Shadows {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Shadow[]>;
  /** All of one Target by subject id, page by page. */
  each(target: TargetName, pageSize?: number): AsyncIterable<readonly Shadow[]>;
  /** Every Shadow is active or deactivated. */
  count(target: TargetName): Promise<{ readonly active: number; readonly deactivated: number }>;
  leavers(target: TargetName): Promise<LeaverCounts>;
  /** Leavers whose clock runs: a page by subject id, after `last`. */
  leaving(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly SubjectRef[]>;
  /** Of all Targets, for the Story. */
  of(subject: SubjectRef): Promise<readonly Shadow[]>;
  /**
   * Other Subjects with an equal match key at the Target: their Shadow, or only their open create. One entry per asked
   * Subject that has any; at most 500 asked at once. A create that is blocked itself claims nothing: two that wait for a third would
   * wait for each other when that is gone.
   */
  claims(
    target: TargetName,
    asked: readonly { readonly subject: SubjectRef; readonly keys: readonly MatchKey[] }[],
  ): Promise<readonly ClaimsOf[]>;
  /** Whose Shadow has each of these keys of the Target; a key that nobody has is missing. */
  holders(target: TargetName, keys: readonly string[]): Promise<ReadonlyMap<string, SubjectRef>>;
}

/** Leavers of one Target. */
export interface LeaverCounts {
  /** Those with a next step: a time at which it is due, or an open removal. */
  readonly running: number;
  /** By reason: deactivated ones with no further step, none of which was rejected. A reason without any is missing. */
  readonly ended: Readonly<Partial<Record<LeaverReason, number>>>;
}

/** Who else claims a Subject's match keys. */
export interface ClaimsOf {
  readonly subject: SubjectRef;
  readonly by: readonly Claim[];
}

/** Another Subject with an equal match key. Without a Shadow it has an open create. */
export interface Claim {
  readonly subject: SubjectRef;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
}

/** The other Subjects that a Subject waits for; at least one. */
export interface BlockersOf {
  readonly subject: SubjectRef;
  readonly by: readonly SubjectRef[];
}

/** Deliveries. */
export interface Outbox {
  get(id: DeliveryId): Promise<Delivery | undefined>;
  /** The open Delivery of each Subject that has one. At most 500 asked at once. */
  open(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Delivery[]>;
  /**
   * Whom the Subjects wait for: those whose Shadow or open Delivery was in the way and has not changed since. A Subject that waits for
   * nobody is missing. At most 500 asked at once.
   */
  blockers(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly BlockersOf[]>;
  /** Deliveries to work on now, oldest first: queued, unclear and accepted ones that are due. */
  due(target: TargetName, now: Date, limit: number): Promise<readonly Delivery[]>;
  /** When the next one becomes due; `undefined` when nothing waits. */
  nextAt(target: TargetName): Promise<Date | undefined>;
  counts(target: TargetName): Promise<Readonly<Record<DeliveryState, number>>>;
  /** By state, newest first, `before` this id. */
  list(target: TargetName, states: readonly DeliveryState[], limit: number, before?: DeliveryId): Promise<readonly Delivery[]>;
  /** Those that were tried, the last answered first; `before` the given one, by the time of its answer. */
  answered(target: TargetName, limit: number, before?: Pick<Delivery, 'id' | 'answeredAt'>): Promise<readonly Delivery[]>;
  /** All Deliveries of a Subject at a Target, newest first. */
  history(target: TargetName, subject: SubjectRef, limit: number): Promise<readonly Delivery[]>;
  /**
   * What the Guard counts of what no person released: done since the given moments, under way (queued, sending, unclear, accepted) at
   * any age, parked ones that may have been carried out (removals only), and held apart. Updates of adopted records count for nothing.
   */
  guardCounts(target: TargetName, removalsSince: Date, changesSince: Date): Promise<GuardCounts>;
  /** All holds in the order of their numbers, closed ones too. */
  holds(target: TargetName): Promise<readonly Hold[]>;
  /** What is still held, of one hold or all: oldest first, after the given Delivery. */
  held(target: TargetName, hold: number | undefined, limit: number, after?: DeliveryId): Promise<readonly Delivery[]>;
  /** Next page of a file in the making: rows as they will be once `publication` is taken, by subject id after `last`. */
  file(target: TargetName, publication: string, last: SubjectId | undefined, limit: number): Promise<readonly FileRow[]>;
}

/** Numbers that the Guard decides with. */
export interface GuardCounts {
  readonly removals: { readonly inWindow: number; readonly held: number };
  readonly changes: { readonly inWindow: number; readonly held: number };
  /** Active Shadows now, and those that removals of the window took away. */
  readonly active: number;
  readonly removedInWindow: number;
}

/** One Subject's part of a full file. */
export interface FileRow {
  readonly subject: SubjectRef;
  readonly rows: readonly OutboundRecord[];
  readonly active: boolean;
}

/** Notes to look at Subjects. */
export interface Marks {
  /** Subjects with a Mark that is due, by subject id after `last`, each once with its cause. Only Marks numbered up to `upTo`. */
  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly Mark[]>;
  nextAt(target: TargetName): Promise<Date | undefined>;
  /** Number of the last Mark; 0 before the first. */
  head(): Promise<number>;
  /** Marks of one Subject at one Target. */
  of(target: TargetName, subject: SubjectRef): Promise<readonly Mark[]>;
}

/** What people laid down. */
export interface Decisions {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Decided[]>;
  /** Rejections that may still bind: a page by subject id, after `last`. One of a removal binds while its reason stays the same. */
  rejections(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly Decided[]>;
  countRejections(target: TargetName): Promise<number>;
}

/** A Decision and whom it is about. */
export interface Decided {
  readonly subject: SubjectRef;
  readonly decision: Decision;
}

/** A person in Scope of whom no valid row can be made. `since` is kept while that lasts, also when the reason changes. */
export interface NoRow {
  readonly subject: SubjectRef;
  /** The reason, a sentence without a full stop. */
  readonly why: string;
  readonly since: Date;
}

/** People without a valid row, as the last look at them found. Written when a Plan is absorbed. */
export interface NoRows {
  /** Entries of these Subjects, in no order; those with a valid row have none. At most 500 asked at once. */
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly NoRow[]>;
  /** A page by subject id, after `last`. */
  page(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly NoRow[]>;
  count(target: TargetName): Promise<number>;
}

// ---------------------------------------------------------------- the engine's side: writes

/** Writes of the engine. */
export interface EngineStore {
  /**
   * Creates or changes what is remembered of a Target; `change` gets the present row. Returning the same object writes nothing.
   * `journal` is written in the same unit.
   */
  changeTarget(
    name: TargetName,
    change: (now: Target | undefined) => Target,
    journal?: Omit<JournalEntry, 'at'> & { at: Date },
  ): Promise<Target>;

  /** Opens a Run whose staged entries are invisible until it is released. `marksUpTo`: Marks up to it are used up by its entries. */
  beginRun(run: { target: TargetName; kind: RunKind; at: Date; marksUpTo: number }): Promise<RunId>;
  /** Adds at most 500 entries to a Run. */
  stage(run: RunId, entries: readonly PlanEntry[]): Promise<void>;
  /** Makes the Run's Plan the truth and moves the Cursor with it: one O(1) step, whatever the number of entries. */
  release(run: RunId, release: RunRelease): Promise<void>;
  /**
   * Brings at most 500 entries of released Runs into the outbox, fewer when they take long; repeat while it returns true. Survives a crash
   * between two calls. An entry whose Subject has a Delivery in a settling state by then is dropped: its settlement marks the Subject. A create whose match keys an
   * open create or Shadow of somebody else has by then becomes a parked Delivery, blocked by that one. An update, deactivate or
   * delete whose Subject has no Shadow any more (it was taken over meanwhile) is dropped and marks the Subject.
   */
  absorb(target: TargetName, now: Date): Promise<boolean>;
  /** Throws away Runs of this Target that were never released (left by a crash), and the entries of the given one. */
  discardRuns(target: TargetName): Promise<void>;

  /**
   * Marks these as *sending* before bytes leave, in portions, each a unit. Returns those that were still queued, unclear or accepted, as
   * they now are.
   */
  send(ids: readonly DeliveryId[], now: Date): Promise<readonly Delivery[]>;
  /**
   * Makes what was *sending* when the last process ended *unclear* and suspect, with `now` as the time of its answer, except what belongs to a publication; what was bound to
   * one that never was noted is queued again. Returns how many are unclear. Of one Target
   * (after a store error in mid-settlement), or of all (at start).
   */
  recover(now: Date, target?: TargetName): Promise<number>;
  /** Settles Attempts: each with its Shadow, its Mark and whoever it blocked, all in one unit. Order of `settlements` does not matter. */
  settle(target: TargetName, settlements: readonly Settlement[], now: Date): Promise<readonly SettleResult[]>;

  /**
   * Binds all due queued Deliveries to a publication (state *sending*), and notes it at the Target, unless nothing is due and the file is
   * not to be handed over again (`resend` at the Target). Returns how many. A file has as many
   * rows as there are people, so this and the next two go in portions, each a unit; after a crash in between `recover` takes back what
   * was bound and not noted.
   */
  beginPublication(target: TargetName, publication: string, now: Date): Promise<number>;
  /**
   * Moves the Shadows of a publication; its Deliveries are done, and a `resend` of the file is too. `answer` tells the file. The Target keeps the name until all are: after a
   * crash in between the same file is made again, from the Shadows that were moved and the Deliveries that were not.
   */
  finishPublication(target: TargetName, publication: string, answer: string, now: Date): Promise<number>;
  /** The file could not be handed over: its Deliveries are queued again, not before `notBefore`, at no cost, and Subjects marked then. */
  abandonPublication(target: TargetName, publication: string, answer: string, notBefore: Date): Promise<void>;

  /** Releases what is chosen, is still held, and was shown. What a hold goes on holding stays in it. */
  accept(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /**
   * Turns what is chosen and still held into Decisions, and marks the Subjects. In portions, each a unit: after a crash in between the rest
   * is held as before.
   */
  reject(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /** Takes rejections back and marks their Subjects, in portions as `reject`. @returns how many. */
  withdraw(target: TargetName, choice: RejectionChoice, by: string, now: Date): Promise<number>;
  /**
   * Holds queued Deliveries of a kind that wait for nothing but their time (Guard `wait`), in the open hold of that kind or a new one.
   * `limit` as in a release. @returns how many.
   */
  holdQueued(target: TargetName, what: 'removals' | 'changes', limit: string, now: Date): Promise<number>;
  /**
   * Queues parked Deliveries again, with their Attempts forgotten; of one Subject, or all. A blocked one is planned again instead. A create
   * in doubt counts as checked by a person.
   * @returns how many were queued.
   */
  retry(target: TargetName, subject: SubjectRef | undefined, now: Date): Promise<number>;
  /**
   * Makes due now what was tried and waits for a later time: queued Deliveries at once, those in doubt `visibleAfterMs` after their last
   * answer, since a look-up may miss the record until then (missing: they keep their time). Never what waits out the Guard's delay.
   * @returns how many.
   */
  hasten(target: TargetName, subject: SubjectRef | undefined, visibleAfterMs: number | undefined, now: Date): Promise<number>;
  /**
   * Forgets what a Target holds: its Shadows, marks, rejections and people without a valid row; open Deliveries are superseded with `answer`. Exclusions and the
   * history stay. In portions, each a unit; after a crash in between it has to be called again, which is what `resend` at the Target is for.
   */
  forgetTarget(target: TargetName, answer: string): Promise<void>;
  /**
   * Removes every row of a Target, its own last. In portions, each a unit; after a crash in between it has to be called again, which is
   * what `forgetting` at the Target is for.
   */
  eraseTarget(target: TargetName): Promise<void>;
  /**
   * Gives every row of a Target another name, in one unit. `change` gets both Targets (`to` is `undefined` when that name is new) and
   * gives the one to keep under the new name; what it throws is thrown, and nothing is changed. `journal` is written in the same unit.
   */
  renameTarget(
    from: TargetName,
    to: TargetName,
    change: (from: Target, to: Target | undefined) => Target,
    journal: JournalEntry,
  ): Promise<Target>;
  /** Lays down a Decision, or takes it back, and marks the Subject. */
  decide(target: TargetName, subject: SubjectRef, decision: Decision | undefined): Promise<void>;
  mark(target: TargetName, marks: readonly Mark[]): Promise<void>;
  /** Forgets settled Deliveries older than this, a page at a time. True when there is more. */
  pruneDeliveries(before: Date, limit: number): Promise<boolean>;
  /** Forgets Runs that are in the outbox, and lines of journals, older than this, a page of each at a time. True when there is more. */
  pruneHistory(before: Date, limit: number): Promise<boolean>;
}

/** Which held Deliveries a person means. */
export interface HoldChoice {
  /** Missing: every open hold. */
  readonly hold?: number;
  /** What joined that hold later than this revision was not shown, and is not meant. Missing: all that is held now. */
  readonly revision?: number;
  /** These people alone; at most 500. */
  readonly subjects?: readonly SubjectRef[];
}

/** What an answer to a hold did, and how many the named hold (or all) holds after it. */
export interface HoldAnswer {
  readonly count: number;
  readonly left: number;
}

/** Which rejections a person means. */
export interface RejectionChoice {
  /** These people alone; at most 500. Missing: all that may still bind. */
  readonly subjects?: readonly SubjectRef[];
  /** Later ones were not shown, and are not meant. Missing: all. */
  readonly asOf?: Date;
}

/** Kinds of Runs. Previews never begin one: they stage nothing. */
export type RunKind = 'incremental' | 'reconcile' | 'firstLoad' | 'config' | 'undo';

/** What the planner wants for one Subject. Everything in it is carried out in one unit when it is absorbed. */
export interface PlanEntry {
  readonly subject: SubjectRef;
  readonly cause: Cause;
  readonly want?: Planned;
  /** Match keys of the first wanted row: what others are told apart by. */
  readonly keys?: readonly MatchKey[];
  /** The Guard's `wait`: not delivered before this. */
  readonly notBefore?: Date;
  /** A Leaver whose Shadow moves to this Subject, superseding that Leaver's queued or held Delivery. */
  readonly takeOver?: SubjectRef;
  /** Queued, held or parked Deliveries that this replaces. */
  readonly supersedes: readonly DeliveryId[];
  /** New leaving state of the Shadow; `null` clears it; missing leaves it. */
  readonly leaving?: Leaving | null;
  /** What becomes of an open create that the Target may have carried out already. */
  readonly doubt?: DoubtChange;
  /** Look again then. */
  readonly wakeAt?: Date;
  /**
   * Any change of these Subjects' Shadows, and any settlement of their open Deliveries, marks this one. With `want` (a create) the
   * Delivery is parked as ambiguous (`blocked`); without, the Subject only waits for them.
   */
  readonly blockedBy?: readonly SubjectRef[];
  /** Sentence for a parked or held-back Subject. */
  readonly why?: string;
  /** Why no valid row can be made now; `null`: one can, or none is needed any more. Missing leaves what is known. */
  readonly noRow?: string | null;
}

/**
 * *obsolete*: a create in doubt is no longer wanted as it is; *wanted*: it is again; *look*: a parked one is obsolete, and the Target is
 * asked for it now.
 */
export interface DoubtChange {
  readonly delivery: DeliveryId;
  readonly is: 'obsolete' | 'wanted' | 'look';
}

/** What a release says beside its entries. */
export interface RunRelease {
  /** New Cursor; missing for a Run that looked at Marks only. */
  readonly cursor?: number;
  readonly plannedHash?: string;
  /**
   * The Guard holds the Run's removals or changes. The text is the limit that was passed, as a clause without the numbers of one moment;
   * empty where they only join what is held already.
   */
  readonly holdRemovals?: string;
  readonly holdChanges?: string;
  /** A person accepted this Plan: the Guard counts none of it. */
  readonly released: boolean;
  readonly reconciledAt?: Date;
}

/** What the engine makes of an Attempt. */
export interface Settlement {
  readonly delivery: DeliveryId;
  /** New state; with *queued*, *unclear* and *accepted* it is tried or asked again at `notBefore`. */
  readonly state: DeliveryState;
  readonly notBefore?: Date;
  readonly answer: string;
  /** Adds to the counters. */
  readonly attempts?: number;
  readonly alone?: number;
  readonly suspect?: boolean;
  readonly refound?: boolean;
  readonly receipt?: string;
  /** Goes on as another Action on another key: an adopted create becomes an update, a refound record gets its new key. */
  readonly goesOnAs?: { readonly action: Delivery['action']; readonly key?: string };
  /** What the Target holds now: a Shadow to write (with its match keys), or nothing any more. Missing: as before. */
  readonly shadow?: ShadowWrite | 'forget';
  /** Look at the Subject again at this time; every settlement does. */
  readonly markAt?: Date;
  /** The key belongs to these Subjects: parked until their Shadows change. */
  readonly blockedBy?: readonly SubjectRef[];
}

/** New content of a Shadow; a `key` that is not given stays. Leaving `stepsDone` counts up when `stepDone` is true. */
export interface ShadowWrite {
  readonly key?: string;
  readonly active: boolean;
  readonly sent: readonly OutboundRecord[];
  readonly keys: readonly MatchKey[];
  readonly stepDone?: boolean;
}

/**
 * What became of a Settlement. `keyTaken`: another Subject's Shadow has the key that it would write or go on with; nothing of the
 * settlement was written.
 */
export type SettleResult =
  | { readonly delivery: DeliveryId; readonly is: 'settled' }
  | { readonly delivery: DeliveryId; readonly is: 'keyTaken'; readonly by: SubjectRef };
