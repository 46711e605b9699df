import { expect, it } from 'vitest';
import { runKills } from './run-kills.ts';

it('a daemon killed 20 times in a run with 2,000 people loses no acknowledged change and duplicates or loses no person', async () => {
  const report = await runKills({ kills: 20, people: 2_000, seed: 7 });
  expect(report).toMatchObject({ kills: 20, lost: [], doubled: [], forgotten: [], unrest: '' });
  expect(report.acknowledged).toBeGreaterThan(4_000);
  expect(report.unansweredTarget).toBeGreaterThan(100);
}, 600_000);
