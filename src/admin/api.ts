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
 * The admin API: everything that an operator can request from Vestibule. The daemon serves it as JSON (on its admin listener and on
 * `DATA/vestibule.sock`); without a daemon, the CLI calls the same handlers in its own process. Every method throws `CommandRefused` (a
 * sentence and a hint) if it is not possible in the current state. Dates are sent as ISO 8601 text and are `Date` on both ends.
 */
export interface AdminApi {
  status(): Promise<StatusReport>;
  /** Reads the files and lists every problem. Secrets, programs and folders are checked in the process that handles the call. */
  check(): Promise<CheckReport>;
  /** Reads the files and computes the Plan. Writes nothing. */
  plan(target: string, options?: PlanOptions): Promise<PlanReport>;
  /**
   * Connects to a Target, signs in, looks up an invented record and reads one page. Changes nothing in Vestibule or at the Target. Each
   * step takes at most `timeoutMs` (default: 10 s).
   */
  test(target: string, options?: TestOptions): Promise<TestReport>;
  apply(target: string, options: ApplyOptions): Promise<ApplyReport>;
  /** Returns a Target to previews only. */
  draft(target: string, by: string): Promise<TargetReport>;
  pause(target: string, by: string): Promise<TargetReport>;
  resume(target: string, by: string): Promise<TargetReport>;
  /** The open holds with their first people, as shown before `accept` and `reject`. */
  holds(target: string, options?: HoldsOptions): Promise<HoldsReport>;
  /** `left` is the number of Actions that are still in the hold (or in all holds). */
  accept(target: string, options: HoldOptions): Promise<{ readonly released: number; readonly left: number }>;
  reject(target: string, options: HoldOptions): Promise<{ readonly rejected: number; readonly left: number }>;
  /** The current rejections, of everyone or of the named people, as shown before `withdraw`. */
  rejections(target: string, persons?: readonly string[]): Promise<RejectionsReport>;
  /** Withdraws rejections: the rejected actions are planned again and pass the Guard again. */
  withdraw(target: string, options: WithdrawOptions): Promise<{ readonly withdrawn: number }>;
  /** Retries the parked Deliveries of one person (id, userName or e-mail) or of the whole Target. */
  retry(target: string, person: string | undefined): Promise<RetryReport>;
  /** The people, records and files that would remain in the product after `forget`. */
  forgetting(target: string): Promise<ForgetReport>;
  /** Removes all stored data of a Target without a file. Its records remain in the product. */
  forget(target: string, by: string): Promise<ForgetReport>;
  /** Renames a Target, with all its stored data, after its file was renamed. */
  rename(target: string, to: string, by: string): Promise<RenameReport>;
  why(person: string): Promise<WhyReport>;
  /** The explanation of one person at one Target by the definition in its file. */
  planPerson(target: string, person: string): Promise<PersonPlanReport>;
  /** Recent deliveries with their results; the last `limit` lines (1 to 1,000; default: 50). */
  log(target: string, limit?: number): Promise<LogReport>;
  /** The people of a Target with pending Actions or problems, by group. */
  list(target: string, options?: ListOptions): Promise<ListReport>;
  createToken(token: TokenRequest): Promise<NewToken>;
  listTokens(): Promise<readonly Token[]>;
  extendToken(id: number, expiresInMs: number | undefined): Promise<Token>;
  revokeToken(id: number): Promise<Token>;
}
