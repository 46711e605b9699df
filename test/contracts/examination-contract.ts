import { expect, it } from 'vitest';
import type { StepResult } from '../../src/domain/examination.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import type { Examination } from '../../src/outbound/drivers/driver.ts';
import { examineTarget } from '../../src/outbound/engine/contact/examine-target.ts';
import { systemClock } from '../../src/system-clock.ts';
import { aDefinition } from '../support/builders.ts';

/** A Target that the contract examines, and the functions that change it. */
export interface ExaminationBench {
  examine(): Examination;
  /** The whole content of the Target. */
  held(): Promise<unknown>;
  /** Adds one person. */
  seed(): Promise<void>;
  /** A value of the added person, which must not be revealed. */
  readonly personal: string;
  /** Makes the Target unreachable. */
  goDown(): Promise<void>;
  /** Makes the Target reject the credentials; missing if the Target has none. */
  refuse?(): Promise<void>;
  readonly lines: readonly string[];
  readonly secret: string;
}

/** Runs the examination as `test` does. */
export function examineAll(examination: Examination, limitMs = 10_000): Promise<readonly StepResult[]> {
  const examine = () => ({ examination, missing: [], secrets: 0 });
  return examineTarget({ clock: systemClock, log: silentLogger, examine }, aDefinition(), limitMs);
}

/** The contract of the examination that `test` runs, for every Driver. `bench` is called in each test, after it was opened. */
export function examinationContract(bench: () => ExaminationBench): void {
  it('passes at a Target that works, and changes nothing', async () => {
    await bench().seed();
    const before = await bench().held();
    const steps = await examineAll(bench().examine());
    expect(steps.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(steps.filter(({ result }) => result === 'passed').length).toBeGreaterThan(2);
    expect(await bench().held()).toEqual(before);
  });

  it('fails at a Target that cannot be reached, and sends no further request', async () => {
    await bench().goDown();
    const steps = await examineAll(bench().examine());
    const failed = steps.findIndex(({ result }) => result === 'failed');
    expect(failed).toBeGreaterThan(0);
    expect(steps[failed]?.message).not.toBe('Internal error');
    expect(new Set(steps.slice(failed + 1).map(({ result }) => result))).toEqual(new Set(['skipped']));
  });

  it('reveals no secret and no personal data, whether it passes or fails', async () => {
    await bench().seed();
    const output = [await examineAll(bench().examine())];
    await bench().refuse?.();
    output.push(await examineAll(bench().examine()));
    await bench().goDown();
    output.push(await examineAll(bench().examine()));
    for (const text of [JSON.stringify(output), bench().lines.join('\n')]) {
      expect(text).not.toContain(bench().secret);
      expect(text).not.toContain(bench().personal);
    }
  });

  it('closes twice, even if no step ran', async () => {
    const unused = bench().examine();
    await unused.close();
    await unused.close();
  });
}

/** The contract of the examination of a Target with a sign-in. */
export function signInContract(bench: () => ExaminationBench & Pick<Required<ExaminationBench>, 'refuse'>): void {
  examinationContract(bench);

  it('fails in the sign-in step at a Target that refuses the credentials, and sends no further request', async () => {
    await bench().refuse();
    const steps = await examineAll(bench().examine());
    const failed = steps.findIndex(({ result }) => result === 'failed');
    expect(steps[failed]).toMatchObject({ step: 'signIn' });
    expect(new Set(steps.slice(failed + 1).map(({ result }) => result))).toEqual(new Set(['skipped']));
  });
}
