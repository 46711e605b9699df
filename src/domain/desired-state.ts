// The desired state of one Subject at one Target.
import type { OutboundRecord } from './record.ts';
import type { LeaverReason, LeaverStep } from './target.ts';

/** What was done to the value of one field, as a predicate of the field: "is truncated to 40 characters". */
export interface FieldNote {
  readonly field: string;
  readonly text: string;
}

/** What a Target should hold for one Subject. */
export type DesiredState =
  /** These rows: one, unless the Connector makes several. `notes`: fields that were truncated or omitted; missing when there are none. */
  | { readonly is: 'record'; readonly rows: readonly OutboundRecord[]; readonly notes?: readonly FieldNote[] }
  /** A Leaver. `since` counts only for a new Leaver; `steps` may be empty: the record stays. */
  | {
      readonly is: 'leaving';
      readonly reason: LeaverReason;
      readonly condition?: string;
      readonly since: Date;
      readonly steps: readonly LeaverStep[];
    }
  /** In Scope without a valid row: what the Target has stays unchanged. `partial` holds the fields that can be made, for comparison only. */
  | { readonly is: 'heldBack'; readonly why: string; readonly partial?: OutboundRecord }
  | { readonly is: 'absent' };
