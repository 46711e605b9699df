// Types of the desired state of one Subject at one Target.
import type { OutboundRecord } from './record.ts';
import type { LeaverReason, LeaverStep } from './target.ts';

/** A change that the Mapping made to the value of one field, as a predicate of the field: "is truncated to 40 characters". */
export interface FieldNote {
  readonly field: string;
  readonly text: string;
}

/** What a Target should contain for one Subject. */
export type DesiredState =
  /**
   * These rows; a single row unless the Connector uses `rows`. `notes`: fields that were truncated or omitted; missing when there are none.
   */
  | { readonly is: 'record'; readonly rows: readonly OutboundRecord[]; readonly notes?: readonly FieldNote[] }
  /** A Leaver. `since` is used only for a new Leaver. If `steps` is empty, the record stays. */
  | {
      readonly is: 'leaving';
      readonly reason: LeaverReason;
      readonly condition?: string;
      readonly since: Date;
      readonly steps: readonly LeaverStep[];
    }
  /**
   * In Scope without a valid row: the Target's record stays unchanged. `partial` contains the fields that are valid, for comparison only.
   */
  | { readonly is: 'heldBack'; readonly why: string; readonly partial?: OutboundRecord }
  | { readonly is: 'absent' };
