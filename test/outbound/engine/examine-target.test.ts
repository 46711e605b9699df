import { describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { Examination, ExaminationStep } from '../../../src/outbound/drivers/driver.ts';
import { examineTarget, type PreparedExamination } from '../../../src/outbound/engine/contact/examine-target.ts';
import { aDefinition } from '../../support/builders.ts';
import { keepLines } from '../../support/log-lines.ts';
import { TestClock } from '../../support/test-clock.ts';
import { pollUntil } from '../../support/poll.ts';

const good: ExaminationStep = { step: 'connect', needed: true, run: async () => ({ message: 'accepts connections' }) };
const bad = (needed: boolean): ExaminationStep => ({
  step: 'signIn',
  needed,
  run: () => Promise.reject(new TargetUnavailable('answered 500: anna@contoso.test is unknown', { hint: 'Try later.' })),
});
const last: ExaminationStep = { step: 'list', needed: false, run: async () => ({ message: '3 records' }) };

function prepare(steps: readonly ExaminationStep[], change: Partial<PreparedExamination & Examination> = {}) {
  const closed: number[] = [];
  const examination: Examination = {
    steps,
    close: async () => void closed.push(1),
    ...(change.output !== undefined && { output: change.output }),
    ...(change.close !== undefined && { close: change.close }),
  };
  const clock = new TestClock();
  const { log, lines } = keepLines();
  const examine = () => ({ examination, missing: change.missing ?? [], secrets: change.secrets ?? 0 });
  const process = new AbortController();
  const run = () => examineTarget({ clock, log, examine, stopping: process.signal }, aDefinition(), 10_000);
  return { clock, lines, closed, run, stop: () => process.abort() };
}

describe('an examination of a Target', () => {
  it('runs every step and closes what it opened', async () => {
    const { run, closed } = prepare([good, last], { secrets: 2 });
    expect(await run()).toEqual([
      { step: 'settings', result: 'passed', ms: 0, message: '2 secrets found' },
      { step: 'connect', result: 'passed', ms: 0, message: 'accepts connections' },
      { step: 'list', result: 'passed', ms: 0, message: '3 records' },
    ]);
    expect(closed).toEqual([1]);
  });

  it('names every missing secret, and then sends no request to the Target', async () => {
    const never: ExaminationStep = { step: 'connect', needed: true, run: () => Promise.reject(new Error('asked')) };
    const { run } = prepare([never], { missing: ['${env:A}: this variable is not set', '${file:/b}: this file is not there'] });
    expect(await run()).toMatchObject([
      {
        step: 'settings',
        result: 'failed',
        message: 'The secret ${env:A}: this variable is not set. The secret ${file:/b}: this file is not there',
      },
      { step: 'connect', result: 'skipped' },
    ]);
  });

  it('reports settings that the Driver rejects', async () => {
    const examine = () => {
      throw new TargetUnavailable('the settings are not valid: settings.url: wrong', { hint: 'run: `vestibule check`' });
    };
    expect(await examineTarget({ clock: new TestClock(), log: silentLogger, examine }, aDefinition(), 1_000)).toEqual([
      {
        step: 'settings',
        result: 'failed',
        ms: 0,
        message: 'the settings are not valid: settings.url: wrong',
        hint: 'run: `vestibule check`',
      },
    ]);
  });

  it('skips the steps that need a failed step, and no others', async () => {
    expect((await prepare([bad(true), last]).run()).map(({ result }) => result)).toEqual(['passed', 'failed', 'skipped']);
    expect((await prepare([bad(false), last]).run()).map(({ result }) => result)).toEqual(['passed', 'failed', 'passed']);
  });

  it('contains no e-mail address, and shows the output of a program without any', async () => {
    const { run } = prepare([bad(true)], { output: () => ['lost jo@contoso.test', 'x'.repeat(1_000)] });
    const [, failed] = await run();
    expect(failed).toMatchObject({ message: 'answered 500: [hidden] is unknown', hint: 'Try later.' });
    expect(failed?.output?.[0]).toBe('lost [hidden]');
    expect(failed?.output?.[1]).toHaveLength(300);
  });

  it('ends a step after its time-out, aborts it, and continues', async () => {
    let signal: AbortSignal | undefined;
    const hanging: ExaminationStep = { step: 'find', needed: false, run: (given) => ((signal = given), new Promise(() => undefined)) };
    const { run, clock } = prepare([hanging, last]);
    const done = run();
    await pollUntil('the step runs', () => signal !== undefined);
    clock.advance(9_999);
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    const [, given, after] = await done;
    expect(given).toMatchObject({ result: 'failed', ms: 10_000, message: 'No answer within 10 s' });
    expect(after).toMatchObject({ result: 'passed' });
    expect(signal?.aborted).toBe(true);
  });

  it('ends when the process stops, and closes what it opened', async () => {
    let runs = false;
    const hanging: ExaminationStep = { step: 'find', needed: false, run: () => ((runs = true), new Promise(() => undefined)) };
    const { run, stop, closed } = prepare([hanging, last]);
    const done = run();
    await pollUntil('the step runs', () => runs);
    stop();
    expect(await done).toMatchObject([
      { result: 'passed' },
      { result: 'failed', message: 'Vestibule is stopping' },
      { step: 'list', result: 'skipped' },
    ]);
    expect(closed).toEqual([1]);
  });

  it('returns even if closing never ends', async () => {
    const { run, clock } = prepare([good], { close: () => new Promise(() => undefined) });
    const done = run();
    let answered = false;
    void done.then(() => (answered = true));
    await pollUntil('it has answered', () => (clock.advance(1_000), answered));
    expect(await done).toHaveLength(2);
  });

  it('logs a bug, and does not reveal its details', async () => {
    const buggy: ExaminationStep = { step: 'find', needed: false, run: () => Promise.reject(new TypeError('x of undefined')) };
    const { run, lines } = prepare([buggy]);
    expect((await run())[1]).toMatchObject({ result: 'failed', message: 'Internal error' });
    expect(lines).toHaveLength(1);
  });
});
