// The type of a Shadow: what a Target last accepted for a Subject.
import type { SourceId, SubjectRef, TargetName } from './ids.ts';
import type { Planned } from './delivery.ts';
import type { MatchKey, OutboundRecord } from './record.ts';
import type { LeaverReason } from './target.ts';

/** Why and since when a person is a Leaver at one Target, and how many steps of the leaver list are done. */
export interface Leaving {
  readonly reason: LeaverReason;
  /** Name of the first failing Scope condition; only with outOfScope. */
  readonly condition?: string;
  readonly since: Date;
  readonly stepsDone: number;
}

/** The Shadow of a Subject: what the Target last accepted. */
export interface Shadow {
  readonly target: TargetName;
  readonly subject: SubjectRef;
  /** The Source of the Person. The store sets it when it writes the Shadow, and keeps it after the Person was deleted. */
  readonly source?: SourceId;
  /** The record's key at the Target, if it has one. At most one Shadow per Target and key. */
  readonly key?: string;
  readonly active: boolean;
  /** The last accepted rows, with which a Plan compares. Empty after the adoption of a record with unknown content. */
  readonly sent: readonly OutboundRecord[];
  /** The record as last read from the Target, and when. */
  readonly seen?: OutboundRecord;
  readonly seenAt?: Date;
  readonly leaving?: Leaving;
  /** True if the Target's record may differ: the response to a later update or removal was lost, and that Action is no longer needed. */
  readonly doubtful?: true;
  /** When the Target last accepted something for this Subject. */
  readonly at: Date;
}

/** New content of a Shadow. Without `key`, the stored key stays. If `stepDone` is true, `leaving.stepsDone` increases by 1. */
export interface ShadowWrite {
  readonly key?: string;
  readonly active: boolean;
  readonly sent: readonly OutboundRecord[];
  readonly keys: readonly MatchKey[];
  readonly stepDone?: boolean;
}

/** The Shadow of a Subject after the Target has carried out an Action; `keys` are the match keys of the rows. */
export function shadowAfter(
  { action, rows, key }: Pick<Planned, 'action' | 'rows' | 'key'>,
  keys: readonly MatchKey[],
): ShadowWrite | 'forget' {
  const held = { ...(key !== undefined && { key }), sent: rows, keys };
  switch (action) {
    case 'create':
    case 'update':
      return { ...held, active: true };
    case 'deactivate':
      return { ...held, active: false, stepDone: true };
    case 'delete':
      return 'forget';
  }
}
