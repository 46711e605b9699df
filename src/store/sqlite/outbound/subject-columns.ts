// Converts the two columns of a Subject.
import type { SubjectKind, SubjectRef } from '../../../domain/ids.ts';

/** The Subject of a row, as two columns. */
export interface SubjectColumns {
  readonly subject_id: string;
  readonly subject_kind: SubjectKind;
}

/** The Subject of a row. */
export function toSubject(row: SubjectColumns): SubjectRef {
  return { kind: row.subject_kind, id: row.subject_id };
}

/** True when both name the same Subject. */
export function isSameSubject(a: SubjectRef, b: SubjectRef): boolean {
  return a.id === b.id && a.kind === b.kind;
}
