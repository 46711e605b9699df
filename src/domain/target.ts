// Types of a Target, its definition and its states.
import type { TargetName } from './ids.ts';

/** An operation for a Subject at a Target. *Adopt* is a create that found an existing record. */
export type Action = 'create' | 'update' | 'deactivate' | 'delete';

/** Why a person should no longer be active at a Target. */
export type LeaverReason = 'gone' | 'inactive' | 'outOfScope';

/** The reasons in order of precedence: the first reason with steps applies. */
export const leaverReasons: readonly LeaverReason[] = ['gone', 'inactive', 'outOfScope'];

/** One step of a leaver list. `afterMs` counts from the moment the person became a Leaver. */
export interface LeaverStep {
  readonly do: 'deactivate' | 'delete';
  readonly afterMs: number;
}

/** Steps per reason; a reason that is missing or empty keeps the record. */
export type Leavers = Readonly<Partial<Record<LeaverReason, readonly LeaverStep[]>>>;

/**
 * One named condition of a Scope. All conditions must be true; if this condition is the first that is false, its `leavers` replace the
 * Target's outOfScope list.
 */
export interface ScopeRule {
  readonly name: string;
  readonly rule: string;
  readonly leavers?: readonly LeaverStep[];
}

/** The handling of a value that is empty, too long or malformed. */
export type FieldFault = 'hold' | 'omit' | 'cut' | 'send';

/** The rule for the value of one field of a Record. Exactly one of `from` (a CEL expression) and `value` (a constant) is set. */
export interface MappingRule {
  readonly from?: string;
  readonly value?: string | number | boolean;
  /** The handling of an empty text: it is sent (default), it is omitted, or the row is invalid. */
  readonly empty?: 'send' | 'omit' | 'hold';
  /** Max number of characters (Unicode code points). Default: no limit. */
  readonly max?: number;
  /** The handling of a longer text: the row is invalid (default), the text is truncated, or the field is omitted. */
  readonly long?: 'hold' | 'cut' | 'omit';
}

/** Several rows for one Person: one for each value of `each`. The Mapping reads the value by the name in `as`. */
export interface RowsRule {
  readonly each: string;
  readonly as: string;
  /** If `each` is an empty list: one row with an empty value, or no valid row. */
  readonly none: 'one' | 'hold';
}

/** Limits of a Guard. Shares are 0 to 1. */
export interface GuardSettings {
  readonly removals: { readonly most: number; readonly share: number; readonly withinMs: number; readonly waitMs: number };
  readonly changes: { readonly share: number; readonly withinMs: number };
}

/** When changes for a Target are planned. */
export interface Schedule {
  /** Plan shortly after a Change. */
  readonly onChange: boolean;
  /** Cron expression of full reconciles. Default: no reconciles. */
  readonly reconcile?: string;
  /** IANA name, such as `Europe/London`. Default: the time zone of the daemon. */
  readonly timezone?: string;
}

/** A value that a Connector declares under `needs`. `text` can contain secret references; a `secret` is never shown. */
export interface NeededValue {
  readonly text: string;
  readonly secret: boolean;
}

/**
 * The content of a Target's files, Connector and Target merged. Plain JSON: `apply` stores it and puts it into effect. `settings` contains
 * secret *references*, never values.
 */
export interface TargetDefinition {
  readonly target: TargetName;
  readonly connector: string;
  readonly title: string;
  readonly driver: string;
  /** Absolute path of the Connector's folder: paths of script programs are relative to it. */
  readonly folder: string;
  readonly can: readonly Action[];
  /** The product's handling of a record that is missing from a full file. */
  readonly absent?: 'kept' | 'removed' | 'disabled';
  /** Alternatives in order, each a list of fields that must all match. */
  readonly match: readonly (readonly string[])[];
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * The values that the Connector needs and the Target's file provides, by name: inserted as `{name}`, or passed to a script. Missing:
   * none.
   */
  readonly values?: Readonly<Record<string, NeededValue>>;
  /** Top-level keys of `settings` that are set in the Target's own file. Default: none. */
  readonly ownSettings?: readonly string[];
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly scope: readonly ScopeRule[];
  readonly mapping: Readonly<Record<string, MappingRule>>;
  readonly rows?: RowsRule;
  readonly leavers: Leavers;
  readonly schedule: Schedule;
  readonly guard: GuardSettings;
  /**
   * Ids of the Groups in literal `memberOf("…")` calls at the time of the apply, by the name as written. Empty in a definition that was
   * read from files.
   */
  readonly groupIds: Readonly<Record<string, readonly string[]>>;
}

/**
 * *draft*: previews only; *live*; *paused* by an operator; *refused*: the Target rejects the credentials; *orphaned*: its file is missing, so
 * nothing is sent and no person is removed.
 */
export type TargetState = 'draft' | 'live' | 'paused' | 'refused' | 'orphaned';

/** The stored state of one Target. */
export interface Target {
  readonly name: TargetName;
  readonly state: TargetState;
  /** Who set this state (`daemon` for the daemon itself), when, and why (a sentence, may be empty). */
  readonly by: string;
  readonly at: Date;
  readonly why: string;
  /** The state to return to from *refused* or *orphaned*. */
  readonly before?: TargetState;
  /** The applied definition; missing until the first apply. */
  readonly definition?: TargetDefinition;
  /**
   * Set instead of `definition` if this release cannot read the stored definition: the stored text, and the reason. Nothing is sent until
   * the next apply.
   */
  readonly unreadable?: { readonly text: string; readonly why: string };
  readonly definitionHash?: string;
  readonly appliedAt?: Date;
  readonly appliedBy?: string;
  /** True if `apply` was run before the Source's first cycle was over: the Target goes live automatically when the cycle is over. */
  readonly liveWhenQuiet: boolean;
  /** True if the operator confirmed at the apply that the product may remove people who are not in the file. */
  readonly replaceAll: boolean;
  /** The number of people in Scope without a valid row that may be lost at the Target, as confirmed at the apply. */
  readonly without: number;
  /** The `seq` of the last planned Change; 0 before the first Plan. */
  readonly cursor: number;
  /** Hash of the Scope, Mapping and leavers of the last Plan. If it differs after an apply, all people are planned again. */
  readonly plannedHash?: string;
  /** The Target is down, and its queue waits until then. `failures` is the number of consecutive failures. */
  readonly downUntil?: Date;
  readonly failures: number;
  /** The last error of the Target; empty if it works. */
  readonly trouble: string;
  /** Name of the file of an unfinished publication. */
  readonly publication?: string;
  /**
   * The resend that an operator requested, until it is done. *people*: the Shadows are deleted and all records are sent before the Target goes
   * live. *file*: the full file is written even if its content is unchanged.
   */
  readonly resend?: 'people' | 'file';
  /** True while `forget` is in progress: its remaining rows are removed before anything else is done with this name. */
  readonly forgetting?: boolean;
  /** The previous name after a rename, if the work folder may still have this name. */
  readonly folderFrom?: TargetName;
  /**
   * The reason, as a clause, why everyone is planned again with all removals on hold: a store file was replaced or restored. Cleared by
   * that Plan, or by a Plan that an operator accepted.
   */
  readonly restored?: string;
  /** Time of the last finished reconcile, and below, of the last successful Attempt. */
  readonly reconciledAt?: Date;
  readonly succeededAt?: Date;
}
