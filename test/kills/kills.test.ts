import { expect, it } from 'vitest';
import { runKills } from './run-kills.ts';

it('a daemon that is killed 20 times, or its outbound process alone, in a run with 2,000 people loses no acknowledged change and duplicates or loses no person', async () => {
  const report = await runKills({ kills: 20, people: 2_000, seed: 7 });
  expect(report).toMatchObject({ kills: 20, lost: [], doubled: [], forgotten: [], unrest: '' });
  expect(report.ofOutbound).toBeGreaterThan(2);
  expect(report.acknowledged).toBeGreaterThan(4_000);
  expect(report.unansweredTarget).toBeGreaterThan(100);
}, 600_000);
