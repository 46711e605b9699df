import type { SourceId, SubjectRef, TargetName } from './ids.ts';
import type { LeaverReason } from './target.ts';
import type { OutboundRecord } from './record.ts';

/** Why and since when a person is a Leaver at one Target, and how many steps of that list are done. */
export interface Leaving {
  readonly reason: LeaverReason;
  /** Name of the first failing Scope condition; only with outOfScope. */
  readonly condition?: string;
  readonly since: Date;
  readonly stepsDone: number;
}

/** What we know a Target holds for a Subject. */
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
