// Identifier types of Sources, resources, Targets, Deliveries and Subjects.
/** Name of an identity-provider connection, such as `default`. The token of a request determines it. Letters, digits, `-` and `_`. */
export type SourceId = string;

/** Vestibule's id of a User or Group: a lower-case UUID, permanently stable and never reused (Entra caches it). */
export type ResourceId = string;

/** Name of a Target: the `target` key of its file, letters, digits, `-` and `_`. */
export type TargetName = string;

/** Row number of a Delivery in the outbox, counted from 1, never reused. */
export type DeliveryId = number;

/** Row number of a Run, counted from 1, never reused. */
export type RunId = number;

/** What a Target may hold: a Person, a Group, or a Membership (one Person in one Group). So far, only people are planned. */
export type SubjectKind = 'person' | 'group' | 'membership';

/** The id part of a Subject: the ResourceId of a Person or Group; `groupId/personId` for a Membership. */
export type SubjectId = string;

/** Identifies one Subject. Two references are equal if both fields are equal. */
export interface SubjectRef {
  readonly kind: SubjectKind;
  readonly id: SubjectId;
}

/** The reference to a person as a Subject. */
export function personSubject(id: ResourceId): SubjectRef {
  return { kind: 'person', id };
}

/** A key for maps: equal Subjects have equal keys. */
export function subjectKey(subject: SubjectRef): string {
  return `${subject.kind}:${subject.id}`;
}
