// A Change of the staging store, the Subjects that it affects, and Rechecks.
import type { Cause } from './delivery.ts';
import type { ResourceId, SourceId, SubjectRef } from './ids.ts';

/**
 * Whom a Change touches besides its own Subject:
 * *reports* of a manager who appears, goes or changes a field that views show; *touchedMembers*, those a Group's edit added or
 * removed; *allMembers*, those a renamed or deleted Group had.
 */
export type AffectedSubjects = 'reports' | 'touchedMembers' | 'allMembers';

/** One committed modification of the staging store. Says who to look at, never what to send. */
export interface Change {
  readonly seq: number;
  readonly source: SourceId;
  readonly kind: 'person' | 'group';
  readonly id: ResourceId;
  readonly did: 'created' | 'updated' | 'deleted';
  readonly affects: readonly AffectedSubjects[];
  readonly at: Date;
  /** Id of the request that brought it, for the log and the Story. */
  readonly request: string;
}

/** Who writes, when: goes with every write of the staging side. */
export interface Origin {
  readonly at: Date;
  readonly request: string;
}

/** A note "look at this Subject for this Target at this time". */
export interface Recheck {
  readonly subject: SubjectRef;
  readonly at: Date;
  readonly cause: Cause;
}
