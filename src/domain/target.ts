// A Target, its definition and its states.
import type { TargetName } from './ids.ts';

/** What can be done to a Subject at a Target. *Adopt* is a create that found its record already there. */
export type Action = 'create' | 'update' | 'deactivate' | 'delete';

/** Why a person should no longer be active at a Target, in their order. */
export type LeaverReason = 'gone' | 'inactive' | 'outOfScope';

/** Order of reasons: the first one with steps applies. */
export const leaverReasons: readonly LeaverReason[] = ['gone', 'inactive', 'outOfScope'];

/** One step of a leaver list. `afterMs` counts from the moment the person became a Leaver. */
export interface LeaverStep {
  readonly do: 'deactivate' | 'delete';
  readonly afterMs: number;
}

/** Steps per reason; a reason that is missing or empty keeps the record. */
export type Leavers = Readonly<Partial<Record<LeaverReason, readonly LeaverStep[]>>>;

/** One named condition of a Scope. All must hold; `leavers` replaces the Target's outOfScope list where this one fails first. */
export interface ScopeRule {
  readonly name: string;
  readonly rule: string;
  readonly leavers?: readonly LeaverStep[];
}

/** What happens when a value is empty, too long or malformed. */
export type FieldFault = 'hold' | 'omit' | 'cut' | 'send';

/** How one field of a Record is made. Exactly one of `from` (a CEL expression) and `value` (a constant) is set. */
export interface MappingRule {
  readonly from?: string;
  readonly value?: string | number | boolean;
  /** How an empty text is handled: sent (default), omitted, or no valid row. */
  readonly empty?: 'send' | 'omit' | 'hold';
  /** Most characters (Unicode code points); none when missing. */
  readonly max?: number;
  /** A longer text: hold the Record back (default), cut it, or leave the field out. */
  readonly long?: 'hold' | 'cut' | 'omit';
}

/** Several rows for one Person: one for each value of `each`, which the Mapping reads as `as`. */
export interface RowsRule {
  readonly each: string;
  readonly as: string;
  /** For an empty list in `each`: one row with an empty value, or no valid row. */
  readonly none: 'one' | 'hold';
}

/** Limits of a Guard. Shares are 0 to 1. */
export interface GuardSettings {
  readonly removals: { readonly most: number; readonly share: number; readonly withinMs: number; readonly waitMs: number };
  readonly changes: { readonly share: number; readonly withinMs: number };
}

/** When a Target is looked at. */
export interface Schedule {
  /** Plan shortly after a Change. */
  readonly onChange: boolean;
  /** Cron expression of full reconciles; none when missing. */
  readonly reconcile?: string;
  /** IANA name, such as `Europe/London`; the daemon's own when missing. */
  readonly timezone?: string;
}

/** A value that a Connector declares under `needs`. `text` may hold secret references; a `secret` is never shown. */
export interface NeededValue {
  readonly text: string;
  readonly secret: boolean;
}

/**
 * What a Target's files say, Connector and Target merged. Plain JSON: it is stored when applied and is then in force.
 * `settings` holds secret *references*, never values.
 */
export interface TargetDefinition {
  readonly target: TargetName;
  readonly connector: string;
  readonly title: string;
  readonly driver: string;
  /** Absolute folder of the Connector: programs of a script are relative to it. */
  readonly folder: string;
  readonly can: readonly Action[];
  /** What the product does with a row that is missing from a full file. */
  readonly absent?: 'kept' | 'removed' | 'disabled';
  /** Alternatives in their order, each a list of fields that count together. */
  readonly match: readonly (readonly string[])[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the Connector needs and the Target's file gives, by name: inserted as `{name}`, or handed to a script. None when missing. */
  readonly values?: Readonly<Record<string, NeededValue>>;
  /** Top-level keys of `settings` that the Target's own file gives. Empty when missing. */
  readonly ownSettings?: readonly string[];
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly scope: readonly ScopeRule[];
  readonly mapping: Readonly<Record<string, MappingRule>>;
  readonly rows?: RowsRule;
  readonly leavers: Leavers;
  readonly schedule: Schedule;
  readonly guard: GuardSettings;
  /** Ids of the Groups that a literal `memberOf("…")` named when this was applied, by the name as written. Empty in a file definition. */
  readonly groupIds: Readonly<Record<string, readonly string[]>>;
}

/**
 * *draft*: previews only; *live*; *paused* by a person; *refused*: it rejects the credentials; *orphaned*: its file is missing, nothing is
 * sent and no person is removed.
 */
export type TargetState = 'draft' | 'live' | 'paused' | 'refused' | 'orphaned';

/** The stored state of one Target. */
export interface Target {
  readonly name: TargetName;
  readonly state: TargetState;
  /** Who brought it into this state (`daemon` for ourselves), when and why (a sentence, may be empty). */
  readonly by: string;
  readonly at: Date;
  readonly why: string;
  /** State to return to from *refused* or *orphaned*. */
  readonly before?: TargetState;
  /** In force; missing until a person applies one. */
  readonly definition?: TargetDefinition;
  /**
   * Set instead of `definition` when this release cannot read the stored definition: the stored text, and the reason. Nothing is sent until
   * an apply.
   */
  readonly unreadable?: { readonly text: string; readonly why: string };
  readonly definitionHash?: string;
  readonly appliedAt?: Date;
  readonly appliedBy?: string;
  /** `apply` was said before the Source's first cycle was over: go live automatically when it is. */
  readonly liveWhenQuiet: boolean;
  /** The apply said that the product may lose people who are not in our file. */
  readonly replaceAll: boolean;
  /** How many people in Scope, whose Records are held back, the one who applied agreed to lose there. */
  readonly without: number;
  /** The last `seq` this Target was planned up to; 0 before the first plan. */
  readonly cursor: number;
  /** Hash of the Scope, Mapping and leavers that the Cursor was planned with; differs after an apply: plan all people. */
  readonly plannedHash?: string;
  /** Until then its queue waits: it is down. `failures` in a row opened the circuit. */
  readonly downUntil?: Date;
  readonly failures: number;
  /** The last error of the Target; empty if it works. */
  readonly trouble: string;
  /** Name of the file being published, if a publication was begun and not finished. */
  readonly publication?: string;
  /**
   * What a person asked to repeat, until it is done. *people*: the Shadows are deleted and everyone is sent before the Target goes live.
   * *file*: the full file is written although its content is unchanged.
   */
  readonly resend?: 'people' | 'file';
  /** A person had it forgotten: the rest of its rows are removed before anything else happens under this name. */
  readonly forgetting?: boolean;
  /** It was renamed from this name, and its work folder may still be there. */
  readonly folderFrom?: TargetName;
  /**
   * Why everyone is planned again with all removals on hold, as a clause: a store file was replaced or restored. Ends with that Plan, or with
   * one that a person accepted.
   */
  readonly restored?: string;
  /** The last finished reconcile and the last success of any Attempt. */
  readonly reconciledAt?: Date;
  readonly succeededAt?: Date;
}
