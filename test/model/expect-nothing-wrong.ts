import { expect } from 'vitest';
import { runModel } from './run-model.ts';

const firstSeed = 20_261_121;
const half = 1_000;

/** Plays one half of the histories of every run: two files, so that both workers share them. A failure prints its seed and its story. */
export async function expectNothingWrong(which: 0 | 1): Promise<void> {
  const report = await runModel({ seed: firstSeed + which * half, histories: half });
  expect(report.failures.join('\n\n')).toBe('');
  expect(report.played).toBe(half);
  // The histories were not trivial: crashes happened, and systems received requests.
  expect(report.crashes).toBeGreaterThan(half / 4);
  expect(report.requests).toBeGreaterThan(half * 5);
}
