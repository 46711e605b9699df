// A Change of the staging store, the Subjects that it affects, and Rechecks.
import type { Cause } from './delivery.ts';
import type { ResourceId, SourceId, SubjectRef } from './ids.ts';

/**
 * The Subjects that a Change affects besides its own:
 * *reports* of a manager who is created, deleted or changes a field in the view; *touchedMembers*, those a Group's edit added or removed;
 * *allMembers*, those a renamed or deleted Group had.
 */
export type AffectedSubjects = 'reports' | 'touchedMembers' | 'allMembers';

/** One committed modification of the staging store. It says which Subjects to plan, never what to send. */
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

/** Who makes a write, and when: part of every staging write. */
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
