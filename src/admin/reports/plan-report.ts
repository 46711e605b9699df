// Types of the options and the report of `plan` for one Target.
import type { MissingAgreement, NeededAgreement } from '../../domain/apply-agreement.ts';
import type { Cause } from '../../domain/delivery.ts';
import type { Destination } from '../../domain/destination.ts';
import type { Action, LeaverReason, TargetState } from '../../domain/target.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { PersonLabel } from './person-label.ts';

/** Options of a Plan, also used by `apply`. */
export interface PlanOptions {
  /** Max number of listed Actions; the counts are not limited. */
  readonly limit?: number;
  /** Number of records shown in full. Default: 3. */
  readonly records?: number;
  readonly system?: 'new';
  readonly resend?: boolean;
}

/** The report of `plan`: the Actions, and the confirmations that are required to apply them. */
export interface PlanReport extends NeededAgreement {
  readonly target: string;
  readonly state: TargetState;
  /** The destination of the records after the apply. */
  readonly destination: Destination;
  /** A sentence if the Source's first cycle has not begun or is not over. */
  readonly cycle?: string;
  readonly waitingPaths: readonly string[];
  /** Set if everyone (*people*) or the full file is sent again. */
  readonly again?: {
    readonly what: 'people' | 'file';
    /** True if they are sent to a new, empty system. */
    readonly newSystem: boolean;
    /** Number of records at the Target, including uncertain ones, that Vestibule will no longer manage; 0 for a file. */
    readonly forgotten: number;
    /** Of these, the number of people who are not sent again: leaving, deactivated or without a valid row. */
    readonly notSent: number;
    /** Number of creates without a previous look-up, which would duplicate an existing record. */
    readonly mayDouble: number;
  };
  readonly people: number;
  /** The number of people for whom each Scope condition is the first that is false. */
  readonly scope: readonly { readonly name: string; readonly leavesOut: number }[];
  readonly inScope: number;
  readonly actions: Readonly<Record<Action, number>>;
  /**
   * Why the Guard would hold this Plan, and the limits that `apply` overrides ("removes 10 of 16 people (62%)"). `passed` is
   * empty if the Target goes live automatically later, because the Guard then checks again. Missing if the Guard would hold nothing.
   */
  readonly guard?: { readonly why: string; readonly passed: readonly string[] };
  readonly clocks: ClocksReport;
  /** Open Deliveries that are not part of this Plan. */
  readonly underWay: {
    readonly held: number;
    readonly queued: number;
    readonly parked: number;
    readonly inDoubt: number;
    /** `withdrawn` is the number of `open` Actions that this Plan removes from the hold without sending a replacement. */
    readonly holds: readonly {
      readonly number: number;
      readonly what: 'removals' | 'changes';
      readonly open: number;
      readonly withdrawn: number;
    }[];
  };
  readonly lines: readonly PlanLine[];
  /** The first creates, or updates if there are no creates, with all fields. */
  readonly records: readonly { readonly person: PersonLabel; readonly action: Action; readonly rows: readonly OutboundRecord[] }[];
  readonly heldBack: readonly { readonly person: PersonLabel; readonly why: string }[];
  readonly heldBackCount: number;
  /** PersonView attributes that the Mapping reads and that are empty for most people. */
  readonly emptyAttributes: readonly { readonly attribute: string; readonly empty: number }[];
  /**
   * Fields with truncated or omitted values: `text` is a predicate of the field, `people` the number of people, `first` up to 3 of them.
   */
  readonly fieldNotes: readonly {
    readonly field: string;
    readonly text: string;
    readonly people: number;
    readonly first: readonly PersonLabel[];
  }[];
  /** Why apply is refused even with all confirmations; not set if it is not refused. */
  readonly refusal?: MissingAgreement;
  /** Identifies the displayed Plan. */
  readonly hash: string;
  readonly notes: readonly string[];
}

/**
 * Leaver clocks that an edit begins, changes and ends, in groups of people with the same change, earliest due first. The Actions do not
 * include them, because their steps are due later.
 */
export interface ClocksReport {
  readonly begins: readonly ClockGroupReport[];
  readonly changes: readonly ClockGroupReport[];
  readonly ends: readonly ClockGroupReport[];
  /** Why the Guard will hold the steps when they are due; missing if they are within its limits. */
  readonly hold?: string;
}

/** People with the same change of their leaver clocks. */
export interface ClockGroupReport {
  readonly reason: LeaverReason;
  /** The first Scope condition that is false; only with *outOfScope*. */
  readonly condition?: string;
  /** The next step, and the earliest time at which it is due (for a clock that ends, would have been due). */
  readonly step: 'deactivate' | 'delete';
  readonly dueAt: Date;
  /** The previous earliest due time; only for clocks that change. */
  readonly wasDueAt?: Date;
  readonly people: number;
  /** The first 3. */
  readonly first: readonly PersonLabel[];
}

/** One Action of a Plan. `fields` are the fields that differ, with their values before and after (not set: no value). */
export interface PlanLine {
  readonly person: PersonLabel;
  readonly action: Action;
  readonly cause: Cause;
  readonly removal?: { readonly reason: LeaverReason; readonly condition?: string };
  readonly rows: readonly OutboundRecord[];
  readonly fields: readonly { readonly field: string; readonly before?: unknown; readonly after?: unknown }[];
}
