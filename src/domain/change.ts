// Types of a Change of the staging store, of the Subjects that it affects, and of Rechecks.
import type { Cause } from './delivery.ts';
import type { ResourceId, SourceId, SubjectRef } from './ids.ts';

/**
 * The Subjects that a Change affects in addition to its own. *reports*: the reports of a manager who was created or deleted, or who changed
 * in a field of their views. *touchedMembers*: members that an edit added to a Group or removed from it. *allMembers*: all members of a
 * renamed or deleted Group.
 */
export type AffectedSubjects = 'reports' | 'touchedMembers' | 'allMembers';

/** One committed modification of the staging store. It names the Subjects to plan, not the content to send. */
export interface Change {
  readonly seq: number;
  readonly source: SourceId;
  readonly kind: 'person' | 'group';
  readonly id: ResourceId;
  readonly did: 'created' | 'updated' | 'deleted';
  readonly affects: readonly AffectedSubjects[];
  readonly at: Date;
  /** Id of the request that made the Change, for the log and the Story. */
  readonly request: string;
}

/** The Source and request of a staging write, and its time. Part of every staging write. */
export interface Origin {
  readonly at: Date;
  readonly request: string;
}

/** A stored request to plan a Subject again at a Target, at a given time. */
export interface Recheck {
  readonly subject: SubjectRef;
  readonly at: Date;
  readonly cause: Cause;
}
