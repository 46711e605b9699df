import { parseArgs } from 'node:util';
import { runModel, type ModelReport } from './run-model.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    failures: { type: 'string', default: '1' },
    shrink: { type: 'string', default: '300' },
  },
});

const [histories, seed] = [Number(values.histories), Number(values.seed)];
console.log(`${histories} histories from seed ${seed}; one of them again: npm run model -- --histories 1 --seed SEED`);
const begun = performance.now();
let told = begun;
let shown = 0;
const report = await runModel({
  seed,
  histories,
  maxFailures: Number(values.failures),
  shrinkTries: Number(values.shrink),
  isOver: () => performance.now() - begun > Number(values.minutes) * 60_000,
  progress: showProgress,
});
showReport(report);
process.exitCode = report.failures.length === 0 ? 0 : 1;

function showProgress({ played, crashes, failures }: ModelReport): void {
  for (; shown < failures.length; shown += 1) console.log(`\n${failures[shown]}`);
  if (performance.now() - told < 10_000) return;
  told = performance.now();
  console.log(`${played} of ${histories} played, ${perSecond(played)} a second, ${crashes} crashes, ${failures.length} failed`);
}

function showReport({ played, steps, crashes, requests, calls, failures }: ModelReport): void {
  console.log(
    `${played} histories, ${perSecond(played)} a second: ${steps} steps, ${crashes} crashes, ${requests} requests, ${calls} calls of the engine`,
  );
  console.log(failures.length === 0 ? 'nothing went wrong' : `${failures.length} failed`);
}

function perSecond(played: number): number {
  return Math.round((played * 10_000) / (performance.now() - begun)) / 10;
}
