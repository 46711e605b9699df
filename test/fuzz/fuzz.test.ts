import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

test('5,000 mutated requests do not crash the daemon, do not leak memory, and leave the store intact', async () => {
  const report = await runFuzz({ seed: 20_261_121, requests: 5_000, connections: 8 });
  expect(report.problems).toEqual([]);
  expect(report.sent).toBe(5_000);
  const statuses = Object.values(report.counts).flatMap((row) => Object.keys(row));
  // The run was not trivial: resources were created, changed and found, and many requests were refused.
  expect(statuses).toEqual(expect.arrayContaining(['200', '201', '204', '400', '404', '405', '409', '412', '415']));
}, 120_000);
