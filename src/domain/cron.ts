// Validates and runs cron expressions.
import { setImmediate } from 'node:timers/promises';
import cron from 'node-cron';
import { messageOf } from './errors.ts';
import type { Schedule } from './target.ts';

/** A running cron schedule. `destroy` stops it and can be called twice. */
export interface CronTask {
  destroy(): Promise<void> | void;
}

/** An error in a schedule. */
export interface CronFault {
  readonly key: 'reconcile' | 'timezone';
  /** The rest of a sentence that begins with the value: `is not a cron expression: …`. */
  readonly message: string;
  readonly hint: string;
}

/** Max length of an expression: a list of every minute of an hour has 170 characters. */
const maxLength = 500;

const example = "Write five fields: minute, hour, day of month, month, weekday. For example '0 3 * * *' for every night at 3:00.";

/**
 * The reason why node-cron would not run this schedule, or `undefined`. For a schedule without `reconcile`, only the time zone is checked.
 */
export function findCronFault({ reconcile, timezone }: Pick<Schedule, 'reconcile' | 'timezone'>): CronFault | undefined {
  if (timezone !== undefined && !isTimeZone(timezone)) {
    return { key: 'timezone', message: 'is not a time zone', hint: 'Use a time zone name such as Europe/London.' };
  }
  if (reconcile === undefined) return undefined;
  const fault = findExpressionFault(reconcile);
  if (fault !== undefined) return { key: 'reconcile', message: `is not a cron expression: ${fault}`, hint: example };
  try {
    // Some expressions are valid and never match a time (0 0 29 2 1#1). Only a start detects them.
    void startCron({ reconcile, ...(timezone !== undefined && { timezone }) }, () => undefined)?.destroy();
    return undefined;
  } catch (error) {
    return { key: 'reconcile', message: `never matches a date: ${messageOf(error)}`, hint: example };
  }
}

/**
 * Runs `work` at each time of the schedule, in its time zone; returns `undefined` if the schedule has no expression.
 * @throws {Error} of node-cron for a schedule in which `findCronFault` finds a fault.
 */
export function startCron({ reconcile, timezone }: Pick<Schedule, 'reconcile' | 'timezone'>, work: () => void): CronTask | undefined {
  if (reconcile === undefined) return undefined;
  return cron.schedule(reconcile, work, { ...(timezone !== undefined && { timezone }) });
}

/** Number of minutes to compare with an expression before yielding to the event loop: about 3 ms of work. */
const comparedAtOnce = 200;

/** After this time without a reconcile, a reconcile is always due: a leap year. */
const maxIdleMs = 366 * 86_400_000;

/**
 * True if the schedule matches a time after `since` and up to `now`, or if `since` is more than a year ago. Goes back from `now` minute by
 * minute (about 15 µs each) and yields to the event loop: a nightly schedule takes 20 ms, a yearly schedule a few seconds in the
 * background. False as soon as `signal` aborts.
 * @throws {Error} of node-cron for a schedule in which `findCronFault` finds a fault.
 */
export async function hadTimeSince(
  { reconcile, timezone }: Pick<Schedule, 'reconcile' | 'timezone'>,
  since: Date,
  now: Date,
  signal: AbortSignal,
): Promise<boolean> {
  if (reconcile === undefined) return false;
  if (now.getTime() - since.getTime() > maxIdleMs) return true;
  const seconds = cron.parse(reconcile).second;
  const task = cron.createTask(reconcile, () => undefined, { ...(timezone !== undefined && { timezone }) });
  try {
    let compared = 0;
    for (let minute = Math.floor(now.getTime() / 60_000) * 60_000; minute + 60_000 > since.getTime(); minute -= 60_000) {
      for (const second of seconds) {
        const at = minute + second * 1_000;
        if (at > since.getTime() && at <= now.getTime() && task.match(new Date(at))) return true;
        compared += 1;
        if (compared % comparedAtOnce === 0) await setImmediate();
        if (signal.aborted) return false;
      }
    }
    return false;
  } finally {
    await task.destroy();
  }
}

function findExpressionFault(expression: unknown): string | undefined {
  if (typeof expression !== 'string') return 'it is not text';
  if (expression.length > maxLength) return `it has more than ${maxLength} characters`;
  const [fault] = cron.validateDetailed(expression).errors;
  return fault?.message.replace(/ is a invalid expression for /, ' is not valid for ');
}

function isTimeZone(name: unknown): boolean {
  try {
    return typeof name === 'string' && Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
