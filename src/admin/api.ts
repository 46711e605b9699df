// The admin API as TypeScript types: every command and report that the CLI and the HTTP routes share.
import type { MissingAgreement, NeededAgreement } from '../domain/apply-agreement.ts';
import type { Cause, DeliveryState } from '../domain/delivery.ts';
import type { Destination } from '../domain/destination.ts';
import type { Problem } from '../domain/errors.ts';
import type { StepResult } from '../domain/examination.ts';
import type { Token, TokenUse } from '../domain/source.ts';
import type { Action, LeaverReason, TargetState } from '../domain/target.ts';
import type { OutboundRecord } from '../domain/record.ts';
import type { Story } from '../story/story.ts';

/**
 * The admin API: everything that a person can ask Vestibule to show or do. The daemon serves it as JSON (on its admin listener and on
 * `DATA/vestibule.sock`); without a daemon the CLI calls the same handlers in its own process. Every method throws `CommandRefused` (a
 * sentence and a way out) when it cannot be done as things stand. Dates travel as ISO 8601 texts and are `Date` on both ends.
 */
export interface AdminApi {
  status(): Promise<StatusReport>;
  /** Reads the files and lists every problem. Secrets, programs and folders are judged by the process that answers. */
  check(): Promise<CheckReport>;
  /** Reads the files again and plans without writing anything. */
  plan(target: string, options?: PlanOptions): Promise<PlanReport>;
  /**
   * Opens the connection to a Target, signs in, looks up a made-up record and reads one page. Changes nothing, here or there. Always
   * answers within `timeoutMs` (10 s when missing) for each step.
   */
  test(target: string, options?: TestOptions): Promise<TestReport>;
  apply(target: string, options: ApplyOptions): Promise<ApplyReport>;
  /** Back to previews only. */
  draft(target: string, by: string): Promise<TargetReport>;
  pause(target: string, by: string): Promise<TargetReport>;
  resume(target: string, by: string): Promise<TargetReport>;
  /** What the Guard holds, with the first people: what a person reads before `accept` or `reject`. */
  holds(target: string, options?: HoldsOptions): Promise<HoldsReport>;
  /** `left`: how many the hold (or all) still has. */
  accept(target: string, options: HoldOptions): Promise<{ readonly released: number; readonly left: number }>;
  reject(target: string, options: HoldOptions): Promise<{ readonly rejected: number; readonly left: number }>;
  /** Rejections in force, with the first people: what a person reads before `withdraw`. Of everyone, or of the people named. */
  rejections(target: string, persons?: readonly string[]): Promise<RejectionsReport>;
  /** Takes rejections back: what was rejected is planned again and passes the Guard again. */
  withdraw(target: string, options: WithdrawOptions): Promise<{ readonly withdrawn: number }>;
  /** Parked Deliveries again: of one person (id, userName or e-mail), or all of the Target. */
  retry(target: string, person: string | undefined): Promise<RetryReport>;
  /** What `forget` would leave at the product. */
  forgetting(target: string): Promise<ForgetReport>;
  /** Removes everything about a Target whose file is gone. What the product holds stays there. */
  forget(target: string, by: string): Promise<ForgetReport>;
  /** Gives a Target whose file was renamed its new name, with everything that belongs to it. */
  rename(target: string, to: string, by: string): Promise<RenameReport>;
  why(person: string): Promise<WhyReport>;
  /** The same for one person, in full. */
  planPerson(target: string, person: string): Promise<PersonPlanReport>;
  /** What was sent and answered lately; the last `limit` lines (1 to 1,000; missing: 50). */
  log(target: string, limit?: number): Promise<LogReport>;
  /** People who wait for something at a Target, or need a person, by group. */
  list(target: string, options?: ListOptions): Promise<ListReport>;
  createToken(token: TokenRequest): Promise<NewToken>;
  listTokens(): Promise<readonly Token[]>;
  extendToken(id: number, expiresInMs: number | undefined): Promise<Token>;
  revokeToken(id: number): Promise<Token>;
}

/** The result of `retry`. */
export interface RetryReport {
  /** Parked Deliveries that are tried again. */
  readonly queued: number;
  /** Deliveries that waited for a later time and are due now. */
  readonly sooner: number;
  /** It was down, and is tried now. */
  readonly wasDown: boolean;
  readonly state: TargetState;
  /** What stops the whole Target, in sentences; empty when nothing does. */
  readonly obstacle: string;
  /** False when no daemon runs: nothing is sent before it starts. */
  readonly running: boolean;
}

/** A request for a new token. Default `source`: the only one. Default `use`: a bearer token. */
export interface TokenRequest {
  readonly source?: string;
  readonly use?: TokenUse;
  readonly label: string;
  /** Missing: it never expires. */
  readonly expiresInMs?: number;
}

/** A new token with its text, which is shown only once. */
export interface NewToken {
  readonly token: Token;
  readonly text: string;
  /** What goes into the Entra portal as Tenant URL. */
  readonly tenantUrl: string;
  /** Its Source was unknown before: perhaps a typing error. */
  readonly newSource: boolean;
}

/** The report of `check`: every problem of the files, and what was read. */
export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly read: {
    /** The configuration folder, absolute. */
    readonly folder: string;
    readonly targets: number;
    readonly connectors: number;
    /** Whose environment, programs and folders were looked at. */
    readonly by: 'daemon' | 'this process';
  };
  /** Of the Targets whose files have no problem. */
  readonly destinations: readonly Destination[];
}

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
  /** What the Target itself said when it last failed; empty when all is well. */
  readonly trouble: string;
  readonly downUntil?: Date;
  readonly active: number;
  readonly deactivated: number;
  /** Leavers whose clock runs: their next step has a time, or a removal is open. */
  readonly leaving: number;
  /** By reason: deactivated people for whom the leaver list has no further step. A reason without any is missing. */
  readonly leaversDone: Readonly<Partial<Record<LeaverReason, number>>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** People in scope without a valid row. */
  readonly noRows: number;
  /** The first few of them, and of the parked ones, with the reason: never what a product said, which may name other people. */
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
  /** The files differ from what is applied. `paths` are the keys that wait for `apply`. */
  readonly waiting?: {
    readonly paths: readonly string[];
    /** What `apply` would do: Actions, and leaver clocks. Missing when it cannot be planned. */
    readonly differ?: number;
    readonly clocks?: ClocksReport;
  };
  /** Changes that this Target has not been planned for yet. */
  readonly behind: number;
  /** Sentences worth reading: renamed groups, leavers that stay, … */
  readonly notes: readonly string[];
  readonly succeededAt?: Date;
  readonly reconciledAt?: Date;
}

/** Options of a Plan: the same as those of `apply`. */
export interface PlanOptions {
  /** Bounds the lines listed, not the counts. */
  readonly limit?: number;
  /** Records shown in full; missing: 3. */
  readonly records?: number;
  readonly system?: 'new';
  readonly resend?: boolean;
}

/** Selects held actions. Texts in `persons` are an id, userName, e-mail, match field or whole name. */
export interface HoldsOptions {
  /** Missing: every open hold. */
  readonly hold?: number;
  readonly persons?: readonly string[];
}

/** The answer to a hold: who answers, and what was shown. */
export interface HoldOptions extends HoldsOptions {
  readonly by: string;
  /** That of the report that was shown: what joined the hold later is not meant. Only with `hold`; missing: everything held now. */
  readonly revision?: number;
}

/** Open holds of one Target. */
export interface HoldsReport {
  readonly now: Date;
  readonly target: string;
  readonly holds: readonly HoldReport[];
  /** The number of people in all open holds of the Target, including holds that were not requested. */
  readonly held: number;
}

/** One open hold. */
export interface HoldReport {
  readonly number: number;
  readonly what: 'removals' | 'changes';
  readonly why: string;
  readonly at: Date;
  readonly open: number;
  readonly revision: number;
  /** How many of those were asked for: all of them, or the people named. */
  readonly chosen: number;
  /** The first 20, the oldest first; or every person named. */
  readonly people: readonly HeldPerson[];
}

/** One person whom a hold concerns. */
export interface HeldPerson {
  readonly person: PersonLabel;
  readonly action: Action;
  /** A clause about the person, or the cause of a change. */
  readonly reason: string;
  readonly since: Date;
}

/** Rejections of one Target. */
export interface RejectionsReport {
  readonly now: Date;
  readonly target: string;
  readonly count: number;
  /** The first 20, or every person named. */
  readonly people: readonly { readonly person: PersonLabel; readonly reason: string; readonly by: string; readonly at: Date }[];
}

/** Which rejections are withdrawn. */
export interface WithdrawOptions {
  readonly by: string;
  /** Missing: everyone's. */
  readonly persons?: readonly string[];
  /** `now` of the report that was shown: later rejections are not meant. Missing: all. */
  readonly asOf?: Date;
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
   * The Guard would hold this: why, and what passes it all the same when this very Plan is applied ("removes 10 of 16 people (62%)").
   * `passed` is empty where the Guard judges again later, since the Target goes live automatically. Missing when it would hold nothing.
   */
  readonly guard?: { readonly why: string; readonly passed: readonly string[] };
  readonly clocks: ClocksReport;
  /** What is on its way already and no part of this Plan. */
  readonly underWay: {
    readonly held: number;
    readonly queued: number;
    readonly parked: number;
    readonly inDoubt: number;
    readonly holds: readonly { readonly number: number; readonly what: 'removals' | 'changes'; readonly open: number }[];
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
  /** Why apply would be refused whatever a person agrees to; missing: it would not be. */
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

/** One person at one Target in full, by what its file says now. */
export interface PersonPlanReport {
  readonly target: string;
  readonly state: TargetState;
  /** Whom the text can mean: exactly one is explained. */
  readonly people: readonly PersonLabel[];
  readonly plan?: PersonPlan;
}

/** The planned Action for one person, and why. */
export interface PersonPlan {
  readonly conditions: Story['conditions'];
  /** Each field of the Mapping. A missing `value` is left out of the record, or cannot be made; `values` are those of several rows. */
  readonly fields: readonly PlannedField[];
  /** Why no valid row can be made. */
  readonly noRow?: string;
  /** What the Target last accepted. */
  readonly accepted?: NonNullable<Story['accepted']>;
  /** What would be done; missing: nothing. */
  readonly action?: Action;
  /** What becomes of the person's leaver clock; missing: nothing. */
  readonly clock?: keyof Omit<ClocksReport, 'hold'>;
  /** What is done, or why nothing, in sentences. */
  readonly next: string;
}

/** One field of a Record. */
export interface PlannedField {
  readonly field: string;
  readonly values: readonly unknown[];
  /** The expression, or the constant as JSON. */
  readonly from: string;
  /** That it was cut, or left out. */
  readonly note?: string;
}

/** The log of a Target: deliveries with their answers, and commands and state changes; oldest first. */
export interface LogReport {
  readonly target: string;
  readonly lines: readonly LogLine[];
}

/** One line of the log. `person` and `action` are present for a Delivery, `by` for a command or a change of state. */
export interface LogLine {
  readonly at: Date;
  readonly person?: PersonLabel;
  readonly action?: Action;
  /** How a Delivery stands now. */
  readonly state?: DeliveryState;
  /** Failures that were the record's own. */
  readonly attempts?: number;
  readonly by?: string;
  /** In words, without a full stop. */
  readonly outcome: string;
}

/** Groups of people that `list` knows, in its order. */
export const listGroups = ['parked', 'held', 'noRow', 'inDoubt', 'queued', 'leaving', 'rejected'] as const;

/**
 * *parked*, *held* by the Guard, *noRow*: no valid row can be made; *inDoubt*: perhaps written; *queued*: on the way; *leaving*: a leaver
 * clock runs; *rejected*: a person decided against a removal or change.
 */
export type ListGroup = (typeof listGroups)[number];

/** Options of `list`: groups, and the number of people of each. */
export interface ListOptions {
  /** Missing: all but the rejected ones. */
  readonly groups?: readonly ListGroup[];
  /** 1 to 500 of each group; missing: 50. */
  readonly limit?: number;
  /** The `next` of the page before; with exactly one group. */
  readonly after?: string;
}

/** People of one Target. */
export interface ListReport {
  readonly now: Date;
  readonly target: string;
  readonly state: TargetState;
  /** Sentences about what stops the whole Target; empty when nothing does. */
  readonly obstacle: string;
  /**
   * Sentences about people whom no group has, since nothing is planned as things stand: behind a pause, and in a draft. Only on the first
   * page.
   */
  readonly notes: readonly string[];
  readonly groups: readonly ListedGroup[];
}

/** A page of one group. `count` is of all of it. */
export interface ListedGroup {
  readonly group: ListGroup;
  readonly count: number;
  readonly items: readonly ListItem[];
  /** There is more: where. */
  readonly next?: string;
}

/** One person on a list. */
export interface ListItem {
  readonly person: PersonLabel;
  readonly state: DeliveryState | 'noRow' | 'leaving' | 'rejected';
  /** What is open. */
  readonly action?: Action;
  /** Why the person is on the list, without a full stop. */
  readonly reason: string;
  readonly since: Date;
  /** What happens next and what helps, in sentences. */
  readonly next: string;
}

/** How commands name a person; every field may be empty. A deleted one is known by the match fields of the last row. */
export interface PersonLabel {
  readonly id: string;
  readonly displayName: string;
  readonly userName: string;
  /** Where several people are meant: whose they are. */
  readonly source?: string;
  /** The directory has deleted the person. */
  readonly deleted?: true;
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

/** Options of `test`. */
export interface TestOptions {
  /** Longest time for each step, from 1; 10,000 when missing. */
  readonly timeoutMs?: number;
  /** Tests what is in force, regardless of the file. */
  readonly applied?: boolean;
}

/** The report of `test`. */
export interface TestReport {
  readonly target: string;
  readonly title: string;
  readonly driver: string;
  /** *file*: what its file says now; *applied*: what is in force. */
  readonly tested: 'file' | 'applied';
  /** Sentences: why the file was not tested, or how it differs from what is in force. */
  readonly notes: readonly string[];
  readonly steps: readonly StepResult[];
  /** No step has failed. */
  readonly passed: boolean;
}

/** Options of `apply`: what the person confirmed. */
export interface ApplyOptions {
  readonly by: string;
  /** The product loses everyone who is not in our file. */
  readonly replaceAll?: boolean;
  /** Number of people in Scope whose Records are held back, whom the product would drop: needed when there are any. */
  readonly without?: number;
  readonly system?: 'same' | 'new';
  /** The product was emptied, or lost its file: everyone is sent again. */
  readonly resend?: boolean;
  /** Hash of the PlanReport that was shown; a different Plan is refused. Missing: any Plan. */
  readonly hash?: string;
}

/** The result of `apply`. */
export interface ApplyReport {
  readonly target: string;
  readonly state: TargetState;
  /** True when the Target goes live automatically after the first cycle; `missing` says what it waits for. */
  readonly waits: boolean;
  readonly missing?: string;
  readonly actions: Readonly<Record<Action, number>>;
  /** How many leaver clocks began, changed and ended. */
  readonly clocks: Readonly<Record<'begins' | 'changes' | 'ends', number>>;
}

/** The report of `forget`: what stays at the product. */
export interface ForgetReport {
  readonly target: string;
  readonly title: string;
  /** People whose record is active at the product, deactivated, or (counted again) on the way out; they stay there. */
  readonly active: number;
  readonly deactivated: number;
  readonly leaving: number;
  /** Deliveries that were not confirmed: those that arrived stay there. */
  readonly open: number;
  /** The full file that stays where it is. */
  readonly file?: string;
}

/** The result of `rename`. */
export interface RenameReport {
  readonly target: string;
  readonly before: string;
  readonly state: TargetState;
  /** Its full file is called otherwise now: the new one is written at once, the old one stays and is no longer written. */
  readonly file?: { readonly before: string; readonly after: string };
}

/** The explanation of one person at every Target. */
export interface WhyReport {
  /** Whom the text can mean: exactly one gives Stories; none and several are answers too. */
  readonly people: readonly PersonLabel[];
  /** What came in, or that nothing did. */
  readonly arrival: string;
  readonly stories: readonly Story[];
  /** Targets that cannot tell, with the reason as a sentence without a full stop. */
  readonly untold: readonly { readonly target: string; readonly why: string }[];
}
