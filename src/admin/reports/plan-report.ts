// What `plan` reports of one Target.
import type { MissingAgreement, NeededAgreement } from '../../domain/apply-agreement.ts';
import type { Cause } from '../../domain/delivery.ts';
import type { Destination } from '../../domain/destination.ts';
import type { Action, LeaverReason, TargetState } from '../../domain/target.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { PersonLabel } from './person-label.ts';

/** Options of a Plan: the same as those of `apply`. */
export interface PlanOptions {
  /** Bounds the lines listed, not the counts. */
  readonly limit?: number;
  /** Records shown in full; missing: 3. */
  readonly records?: number;
  readonly system?: 'new';
  readonly resend?: boolean;
}

/** The report of `plan`: the Actions, and what a person must confirm to apply them. */
export interface PlanReport extends NeededAgreement {
  readonly target: string;
  readonly state: TargetState;
  /** Where the records go when this is applied. */
  readonly destination: Destination;
  /** A sentence when the Source's first cycle has not begun or still runs. */
  readonly cycle?: string;
  readonly waitingPaths: readonly string[];
  /** Everyone (*people*) or the full file is sent again. */
  readonly again?: {
    readonly what: 'people' | 'file';
    /** To another, empty system behind the same name. */
    readonly newSystem: boolean;
    /** Records that the Target holds, or may hold, which Vestibule forgets; 0 for a file. */
    readonly forgotten: number;
    /** Of those, records of people who are not sent again: leaving, deactivated or without a valid row. */
    readonly notSent: number;
    /** Creates that cannot be looked up first, and would double a record that still exists. */
    readonly mayDouble: number;
  };
  readonly people: number;
  /** How many people fail each Scope condition first. */
  readonly scope: readonly { readonly name: string; readonly leavesOut: number }[];
  readonly inScope: number;
  readonly actions: Readonly<Record<Action, number>>;
  /**
   * Why the Guard would hold this Plan, and what passes because a person applies it ("removes 10 of 16 people (62%)"). `passed` is empty if
   * the Target goes live automatically later, because the Guard judges again then. Missing if the Guard would hold nothing.
   */
  readonly guard?: { readonly why: string; readonly passed: readonly string[] };
  readonly clocks: ClocksReport;
  /** Open Deliveries that are not part of this Plan. */
  readonly underWay: {
    readonly held: number;
    readonly queued: number;
    readonly parked: number;
    readonly inDoubt: number;
    /** `withdrawn`: how many of the `open` ones this Plan takes out of the hold without sending anything in their place. */
    readonly holds: readonly {
      readonly number: number;
      readonly what: 'removals' | 'changes';
      readonly open: number;
      readonly withdrawn: number;
    }[];
  };
  readonly lines: readonly PlanLine[];
  /** First creates, or without any first updates, with all their fields. */
  readonly records: readonly { readonly person: PersonLabel; readonly action: Action; readonly rows: readonly OutboundRecord[] }[];
  readonly heldBack: readonly { readonly person: PersonLabel; readonly why: string }[];
  readonly heldBackCount: number;
  /** PersonView attributes that the Mapping reads and that are empty for most people. */
  readonly emptyAttributes: readonly { readonly attribute: string; readonly empty: number }[];
  /** Fields whose value is truncated or omitted: `text` is a predicate of the field; `first` are up to 3 of the `people`. */
  readonly fieldNotes: readonly {
    readonly field: string;
    readonly text: string;
    readonly people: number;
    readonly first: readonly PersonLabel[];
  }[];
  /** Why apply is refused even with all confirmations; missing: it is not. */
  readonly refusal?: MissingAgreement;
  /** Proves which Plan a person saw. */
  readonly hash: string;
  readonly notes: readonly string[];
}

/**
 * Leaver clocks that an edit begins, changes and ends: groups of people alike, the earliest due first. No Action shows them, since their
 * steps fall due later.
 */
export interface ClocksReport {
  readonly begins: readonly ClockGroupReport[];
  readonly changes: readonly ClockGroupReport[];
  readonly ends: readonly ClockGroupReport[];
  /** Why the Guard will hold the steps when they fall due; missing when they are within its limits. */
  readonly hold?: string;
}

/** People whose leaver clocks change alike. */
export interface ClockGroupReport {
  readonly reason: LeaverReason;
  /** The first failing condition of the Scope; only with *outOfScope*. */
  readonly condition?: string;
  /** The next step, and the earliest time at which it is due, or (of a clock that ends) would have been. */
  readonly step: 'deactivate' | 'delete';
  readonly dueAt: Date;
  /** When the earliest was due before; only of clocks that change. */
  readonly wasDueAt?: Date;
  readonly people: number;
  /** The first 3. */
  readonly first: readonly PersonLabel[];
}

/** One Action of a Plan. `fields` are those that differ, with before and after (missing: not there). */
export interface PlanLine {
  readonly person: PersonLabel;
  readonly action: Action;
  readonly cause: Cause;
  readonly removal?: { readonly reason: LeaverReason; readonly condition?: string };
  readonly rows: readonly OutboundRecord[];
  readonly fields: readonly { readonly field: string; readonly before?: unknown; readonly after?: unknown }[];
}
