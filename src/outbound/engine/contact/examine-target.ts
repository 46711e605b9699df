// Runs the steps of the command `test` for a Target, each with a time limit.
import { waitUntil, type Clock } from '../../../domain/clock.ts';
import { DaemonError } from '../../../domain/errors.ts';
import type { StepResult } from '../../../domain/examination.ts';
import { hideEmailAddresses } from '../../../domain/hide-email-addresses.ts';
import type { Logger } from '../../../domain/logger.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import { showCount } from '../../../domain/wording.ts';
import type { Examination, ExaminationStep } from '../../drivers/driver.ts';

/** Dependencies of {@link examineTarget}. */
export interface ExamineDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the process ends; the remaining steps are then skipped. */
  readonly stopping?: AbortSignal;
  /**
   * Prepares the Examination of a definition with its secrets resolved. `missing` has a sentence for each secret reference without a value;
   * if there are any, the Examination must not be run. The only I/O is reading secrets.
   * @throws {DaemonError} if the settings do not match the schema of the Driver.
   */
  readonly examine: (definition: TargetDefinition) => PreparedExamination;
}

/** An Examination, which can be run only if `missing` is empty. */
export interface PreparedExamination {
  readonly examination: Examination;
  readonly missing: readonly string[];
  /** Number of secret references that were resolved. */
  readonly secrets: number;
}

/** Max length of a displayed output line of a script, in characters. */
const lineLength = 300;

/**
 * Tests a Target step by step without writing to it; each step may take at most `limitMs`. A step that exceeds the limit counts as failed,
 * and its work is abandoned. Always returns: failures of a step are reported, and a bug in a step is logged and reported as a failure.
 */
export async function examineTarget(
  { clock, log, stopping, examine }: ExamineDeps,
  definition: TargetDefinition,
  limitMs: number,
): Promise<readonly StepResult[]> {
  const began = clock.now();
  const prepared = prepare(examine, definition);
  const settings = checkSettings(prepared, clock.now().getTime() - began.getTime());
  if (!('examination' in prepared)) return [settings];
  const { examination } = prepared;
  const results: StepResult[] = [settings];
  let blocked = settings.result === 'failed';
  try {
    for (const step of examination.steps) {
      const result = blocked ? skip(step) : await runStep({ step, examination, clock, log, stopping, limitMs });
      results.push(result);
      blocked ||= (step.needed && result.result === 'failed') || stopping?.aborted === true;
    }
  } finally {
    await closeWithin(examination, clock, limitMs);
  }
  return results;
}

function prepare(examine: ExamineDeps['examine'], definition: TargetDefinition): PreparedExamination | { readonly error: DaemonError } {
  try {
    return examine(definition);
  } catch (error) {
    if (error instanceof DaemonError) return { error };
    throw error;
  }
}

function checkSettings(prepared: PreparedExamination | { readonly error: DaemonError }, ms: number): StepResult {
  const step = 'settings';
  if ('error' in prepared) return { step, result: 'failed', ms, ...describeError(prepared.error) };
  const { missing, secrets } = prepared;
  if (missing.length > 0) {
    const message = missing.map((sentence) => `The secret ${sentence}`).join('. ');
    return { step, result: 'failed', ms, message, hint: 'Set it where the daemon runs. A new environment variable needs a restart.' };
  }
  const message = secrets === 0 ? 'No secret is referenced' : `${showCount(secrets, 'secret', 'secrets')} found`;
  return { step, result: 'passed', ms, message };
}

interface StepRun {
  readonly step: ExaminationStep;
  readonly examination: Examination;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stopping: AbortSignal | undefined;
  readonly limitMs: number;
}

async function runStep({ step, examination, clock, log, stopping, limitMs }: StepRun): Promise<StepResult> {
  const began = clock.now();
  const stop = new AbortController();
  const cancel = stopping === undefined ? stop.signal : AbortSignal.any([stop.signal, stopping]);
  const late = later(clock, limitMs, cancel).then(() => {
    if (stopping?.aborted === true) throw new DaemonError('stopping', 'Vestibule is stopping');
    throw new DaemonError('late', `No answer within ${limitMs / 1000} s`, { hint: 'Allow more time with --timeout, e.g. --timeout 60s.' });
  });
  const judged = await Promise.race([step.run(stop.signal), late]).then(
    ({ message, hint, notAvailable }) => ({
      result: notAvailable === true ? ('notAvailable' as const) : ('passed' as const),
      message: hideEmailAddresses(message),
      ...(hint !== undefined && { hint }),
    }),
    (error: unknown) => {
      if (!(error instanceof DaemonError)) log.error({ error, step: step.step }, 'test step failed');
      return { result: 'failed' as const, ...describeError(error), ...lastOutputLines(examination) };
    },
  );
  stop.abort();
  const asked = step.asks === undefined ? {} : { asked: step.asks };
  return { step: step.step, ms: clock.now().getTime() - began.getTime(), ...judged, ...asked };
}

function skip({ step }: ExaminationStep): StepResult {
  return { step, result: 'skipped', ms: 0, message: 'An earlier step failed' };
}

function describeError(error: unknown): { readonly message: string; readonly hint?: string } {
  if (!(error instanceof DaemonError)) return { message: 'Internal error', hint: 'See the daemon log.' };
  return { message: hideEmailAddresses(error.message), ...(error.hint !== undefined && { hint: error.hint }) };
}

function lastOutputLines(examination: Examination): { readonly output?: readonly string[] } {
  const lines = examination.output?.() ?? [];
  return lines.length === 0 ? {} : { output: lines.map((line) => hideEmailAddresses(line).slice(0, lineLength)) };
}

async function closeWithin(examination: Examination, clock: Clock, limitMs: number): Promise<void> {
  const closed = new AbortController();
  await Promise.race([examination.close(), later(clock, limitMs, closed.signal)]);
  closed.abort();
}

function later(clock: Clock, ms: number, cancel: AbortSignal): Promise<void> {
  return waitUntil(clock, new Date(clock.now().getTime() + ms), cancel);
}
