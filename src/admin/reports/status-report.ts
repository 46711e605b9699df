// What `status` reports.
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
  /** True when a daemon answered; false when the command looked into the store itself. */
  readonly running: boolean;
  readonly tenantUrl: string;
  readonly readOnly?: string;
  readonly sources: readonly SourceReport[];
  readonly people: number;
  /** Tokens that expire within 30 days or have just expired, the soonest first. */
  readonly expiring: readonly Token[];
  /** Sentences worth reading about the whole. */
  readonly notes: readonly string[];
  readonly targets: readonly TargetReport[];
  readonly problems: readonly Problem[];
}

/** One Source: `cycle` tells whether its first cycle has begun, runs, or is over. */
export interface SourceReport {
  readonly id: string;
  readonly cycle: 'notBegun' | 'running' | 'over';
  /** When the first cycle ends if no further write comes; missing unless it runs and people have arrived. */
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
  /** A person has applied its file at some time. */
  readonly applied: boolean;
  readonly liveWhenQuiet: boolean;
  /** Why `apply` of a draft is refused even with all confirmations, such as a renamed file; missing: it is not, or this is no draft. */
  readonly refusal?: MissingAgreement;
  /** The last error of the Target; empty if it works. */
  readonly trouble: string;
  readonly downUntil?: Date;
  /** What stops the whole Target, in sentences; empty when nothing does. */
  readonly obstacle: string;
  /** The Target gets whole files: `retry` has no effect on people who are parked there. */
  readonly takesFiles: boolean;
  readonly active: number;
  readonly deactivated: number;
  /** Leavers whose clock runs: their next step has a time, or a removal is open. */
  readonly leaving: number;
  /** The leaver delays of those without an open removal: groups by reason, condition and step, the earliest due first. */
  readonly leaverDelays: readonly ClockGroupReport[];
  /** By reason: deactivated people for whom the leaver list has no further step. A reason without any is missing. */
  readonly leaversDone: Readonly<Partial<Record<LeaverReason, number>>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** People in scope without a valid row. */
  readonly noRows: number;
  /** The first few of them, and of the parked ones, with the reason; without texts of the product, which can name other people. */
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
  /** The files differ from the applied definition. `paths` are the keys that wait for `apply`. */
  readonly waiting?: {
    readonly paths: readonly string[];
    /** What `apply` would do: Actions, and leaver clocks. Missing when it cannot be planned. */
    readonly differ?: number;
    readonly clocks?: ClocksReport;
    /** Held Actions that `apply` would take out of a hold without sending anything in their place; missing without any. */
    readonly withdrawn?: readonly { readonly hold: number; readonly actions: number }[];
  };
  /** Changes that this Target has not been planned for yet. */
  readonly behind: number;
  /** Sentences worth reading: renamed groups, leavers that stay, … */
  readonly notes: readonly string[];
  readonly succeededAt?: Date;
  readonly reconciledAt?: Date;
}
