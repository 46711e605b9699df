// Types of the report of `status`.
import type { MissingAgreement } from '../../domain/apply-agreement.ts';
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Problem } from '../../domain/errors.ts';
import type { Token } from '../../domain/source.ts';
import type { LeaverReason, TargetState } from '../../domain/target.ts';
import type { ClockGroupReport, ClocksReport } from './plan-report.ts';
import type { PersonLabel } from './person-label.ts';

/** The report of `status`. */
export interface StatusReport {
  readonly now: Date;
  readonly version: string;
  /** True if a daemon responded; false if the command read the store itself. */
  readonly running: boolean;
  readonly tenantUrl: string;
  readonly readOnly?: string;
  readonly sources: readonly SourceReport[];
  readonly people: number;
  /** Tokens that expire within 30 days or have just expired, by expiry time. */
  readonly expiring: readonly Token[];
  /** Sentences about the whole system for the operator. */
  readonly notes: readonly string[];
  readonly targets: readonly TargetReport[];
  readonly problems: readonly Problem[];
}

/** One Source. `cycle` is the state of its first cycle: not begun, running, or over. */
export interface SourceReport {
  readonly id: string;
  readonly cycle: 'notBegun' | 'running' | 'over';
  /** When the first cycle ends if no further write is received; missing unless the cycle is running and there are people. */
  readonly cycleEndsAt?: Date;
  readonly people: number;
  readonly groups: number;
  readonly lastWrite?: Date;
  readonly lastHeard?: Date;
}

/** One Target. */
export interface TargetReport {
  readonly name: string;
  readonly title: string;
  readonly state: TargetState;
  readonly by: string;
  readonly at: Date;
  readonly why: string;
  /** True if its file was ever applied. */
  readonly applied: boolean;
  readonly liveWhenQuiet: boolean;
  /**
   * Why `apply` of a draft is refused even with all confirmations, for example because of a renamed file. Not set if it is not refused, or
   * the Target is not a draft.
   */
  readonly refusal?: MissingAgreement;
  /** The last error of the Target; empty if it works. */
  readonly trouble: string;
  readonly downUntil?: Date;
  /** Obstacles that stop the whole Target, in sentences; empty if there are none. */
  readonly obstacle: string;
  /** True if the Target gets full files: `retry` has no effect on parked people there. */
  readonly takesFiles: boolean;
  readonly active: number;
  readonly deactivated: number;
  /** Number of leavers with a running clock: their next step has a due time, or a removal is open. */
  readonly leaving: number;
  /** The running leaver delays of people without an open removal, grouped by reason, condition and step, earliest due first. */
  readonly leaverDelays: readonly ClockGroupReport[];
  /** Number of deactivated people by reason for whom the leaver list has no further step. Reasons with 0 are missing. */
  readonly leaversDone: Readonly<Partial<Record<LeaverReason, number>>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** People in scope without a valid row. */
  readonly noRows: number;
  /**
   * The first few people without a valid row, and the first few parked, with the reason; without text from the product, which can name
   * other people.
   */
  readonly first: Readonly<Record<'noRow' | 'parked', readonly { readonly person: PersonLabel; readonly reason: string }[]>>;
  readonly holds: readonly {
    readonly number: number;
    readonly what: 'removals' | 'changes';
    readonly open: number;
    readonly why: string;
    readonly at: Date;
    readonly revision: number;
    /** The first few people. */
    readonly first: readonly PersonLabel[];
  }[];
  /** Set if the files differ from the applied definition. `paths` are the keys that wait for `apply`. */
  readonly waiting?: {
    readonly paths: readonly string[];
    /** The number of Actions, and below, the leaver clocks, that `apply` would cause. Missing if no Plan is possible. */
    readonly differ?: number;
    readonly clocks?: ClocksReport;
    /** Held Actions that `apply` would remove from a hold without sending a replacement; missing if there are none. */
    readonly withdrawn?: readonly { readonly hold: number; readonly actions: number }[];
  };
  /** Number of Changes that are not planned for this Target yet. */
  readonly behind: number;
  /** Sentences for the operator: renamed groups, leavers that stay, … */
  readonly notes: readonly string[];
  readonly succeededAt?: Date;
  readonly reconciledAt?: Date;
}
