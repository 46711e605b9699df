import { expect } from 'vitest';
import { runModel } from './run-model.ts';

const firstSeed = 20_261_121;
const half = 1_000;

/** Runs one half of the random histories; two test files run in parallel. A failure prints the seed and the steps. */
export async function expectNothingWrong(which: 0 | 1): Promise<void> {
  const report = await runModel({ seed: firstSeed + which * half, histories: half });
  expect(report.failures.join('\n\n')).toBe('');
  expect(report.played).toBe(half);
  // The histories must not be trivial: crashes happened, and systems received requests.
  expect(report.crashes).toBeGreaterThan(half / 4);
  expect(report.requests).toBeGreaterThan(half * 5);
}
