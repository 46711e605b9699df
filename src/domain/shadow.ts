// The Shadow: what a Target last accepted for a Subject.
import type { SourceId, SubjectRef, TargetName } from './ids.ts';
import type { Planned } from './delivery.ts';
import type { MatchKey, OutboundRecord } from './record.ts';
import type { LeaverReason } from './target.ts';

/** Why and since when a person is a Leaver at one Target, and how many steps of that list are done. */
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
  /** Where the Person came from; the store fills it in when the Shadow is written, and keeps it when the Person is gone. */
  readonly source?: SourceId;
  /** The Target's own key, where it has one. At most one Shadow per Target and key. */
  readonly key?: string;
  readonly active: boolean;
  /** The rows last accepted: what plans compare with. Empty after an adoption whose content we do not know. */
  readonly sent: readonly OutboundRecord[];
  /** Last read back, and when. */
  readonly seen?: OutboundRecord;
  readonly seenAt?: Date;
  readonly leaving?: Leaving;
  /** The Target may hold something else: the answer to a later update or removal was lost, and it is no longer wanted. */
  readonly doubtful?: true;
  /** When the Target last accepted something for this Subject. */
  readonly at: Date;
}

/** New content of a Shadow; a `key` that is not given stays. Leaving `stepsDone` counts up when `stepDone` is true. */
export interface ShadowWrite {
  readonly key?: string;
  readonly active: boolean;
  readonly sent: readonly OutboundRecord[];
  readonly keys: readonly MatchKey[];
  readonly stepDone?: boolean;
}

/** What a Target holds for a Subject after it carried out an Action; `keys` are the match keys of the rows. */
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
