// Converts between a Subject and its two columns.
import type { SubjectKind, SubjectRef } from '../../../domain/ids.ts';

/** The two columns of a Subject. */
export interface SubjectColumns {
  readonly subject_id: string;
  readonly subject_kind: SubjectKind;
}

/** Converts two columns to a Subject. */
export function toSubject(row: SubjectColumns): SubjectRef {
  return { kind: row.subject_kind, id: row.subject_id };
}

/** True if both are the same Subject. */
export function isSameSubject(a: SubjectRef, b: SubjectRef): boolean {
  return a.id === b.id && a.kind === b.kind;
}
