import { parseArgs } from 'node:util';
import { runKills, type KillReport } from './run-kills.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    people: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

const [kills, people, seed] = [Number(values.kills), Number(values.people), Number(values.seed)];
console.log(`${kills} kills among ${people} people; the same again: npm run kills -- --kills ${kills} --people ${people} --seed ${seed}`);
const begun = performance.now();
const report = await runKills({ kills, people, seed, progress: showProgress });
for (const name of ['lost', 'doubled', 'forgotten'] as const) for (const entry of report[name]) console.log(`WRONG: ${name}: ${entry}`);
if (report.unrest !== '') console.log(`WRONG: not at rest: ${report.unrest}`);
console.log(`${describeReport(report)}; ${Math.round((performance.now() - begun) / 1000)} s`);
const wrong = report.lost.length + report.doubled.length + report.forgotten.length;
process.exitCode = wrong === 0 && report.unrest === '' ? 0 : 1;

function showProgress(now: KillReport): void {
  console.log(`${now.kills} of ${kills} kills, ${now.acknowledged} changes acknowledged`);
}

function describeReport({
  whileStarting,
  ofOutbound,
  acknowledged,
  unansweredSource,
  unansweredTarget,
  lost,
  doubled,
  forgotten,
  ...rest
}: KillReport): string {
  return [
    `${rest.kills} kills (${whileStarting} while starting, ${ofOutbound} of the outbound process alone)`,
    `${acknowledged} changes acknowledged`,
    `${unansweredSource} requests to the daemon and ${unansweredTarget} writes to the system without an answer`,
    `${lost.length} lost, ${doubled.length} doubled, ${forgotten.length} forgotten`,
  ].join('; ');
}
