// The admin API as a TypeScript interface: every command that the CLI and the HTTP routes share.
import type { Token } from '../domain/source.ts';
import type { RetryReport } from './reports/retry-report.ts';
import type { TokenRequest, NewToken } from './reports/token-report.ts';
import type { CheckReport } from './reports/check-report.ts';
import type { StatusReport, TargetReport } from './reports/status-report.ts';
import type { HoldsOptions, HoldOptions, HoldsReport, RejectionsReport, WithdrawOptions } from './reports/hold-report.ts';
import type { PlanOptions, PlanReport } from './reports/plan-report.ts';
import type { PersonPlanReport } from './reports/person-plan-report.ts';
import type { LogReport } from './reports/log-report.ts';
import type { ListOptions, ListReport } from './reports/list-report.ts';
import type { TestOptions, TestReport } from './reports/test-report.ts';
import type { ApplyOptions, ApplyReport } from './reports/apply-report.ts';
import type { ForgetReport, RenameReport } from './reports/target-lifecycle-report.ts';
import type { WhyReport } from './reports/why-report.ts';

/**
 * The admin API: everything that a person can ask Vestibule to show or do. The daemon serves it as JSON (on its admin listener and on
 * `DATA/vestibule.sock`); without a daemon the CLI calls the same handlers in its own process. Every method throws `CommandRefused` (a
 * sentence and a way out) when it is not possible in the present state. Dates travel as ISO 8601 texts and are `Date` on both ends.
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
  /** The open holds with their first people, as shown before `accept` and `reject`. */
  holds(target: string, options?: HoldsOptions): Promise<HoldsReport>;
  /** `left`: how many the hold (or all) still has. */
  accept(target: string, options: HoldOptions): Promise<{ readonly released: number; readonly left: number }>;
  reject(target: string, options: HoldOptions): Promise<{ readonly rejected: number; readonly left: number }>;
  /** Rejections in force, of everyone or of the named people, as shown before `withdraw`. */
  rejections(target: string, persons?: readonly string[]): Promise<RejectionsReport>;
  /** Withdraws rejections: the rejected actions are planned again and pass the Guard again. */
  withdraw(target: string, options: WithdrawOptions): Promise<{ readonly withdrawn: number }>;
  /** Parked Deliveries again: of one person (id, userName or e-mail), or all of the Target. */
  retry(target: string, person: string | undefined): Promise<RetryReport>;
  /** What `forget` would leave at the product. */
  forgetting(target: string): Promise<ForgetReport>;
  /** Removes everything about a Target without a file. Records at the product stay there. */
  forget(target: string, by: string): Promise<ForgetReport>;
  /** Gives a Target whose file was renamed its new name, with everything that belongs to it. */
  rename(target: string, to: string, by: string): Promise<RenameReport>;
  why(person: string): Promise<WhyReport>;
  /** The same for one person, in full. */
  planPerson(target: string, person: string): Promise<PersonPlanReport>;
  /** Recent deliveries with their results; the last `limit` lines (1 to 1,000; missing: 50). */
  log(target: string, limit?: number): Promise<LogReport>;
  /** People who wait for something at a Target, or need a person, by group. */
  list(target: string, options?: ListOptions): Promise<ListReport>;
  createToken(token: TokenRequest): Promise<NewToken>;
  listTokens(): Promise<readonly Token[]>;
  extendToken(id: number, expiresInMs: number | undefined): Promise<Token>;
  revokeToken(id: number): Promise<Token>;
}
