import { parseArgs } from 'node:util';
import { SettingsBench } from './run-case.ts';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
});

const seed = Number(values.seed);
const indexes = values.only === undefined ? Array.from({ length: Number(values.cases) }, (_, index) => index) : [Number(values.only)];
process.on('unhandledRejection', (error) => {
  console.log(`WRONG: unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
});
const bench = await SettingsBench.open();
let wrong = 0;
for (const index of indexes) {
  const problems = await bench.run(seed, index);
  if (problems.length > 0) wrong += 1;
  for (const problem of problems) console.log(`WRONG: case ${index}: ${problem}`);
  if (index % 500 === 499) console.log(`${index + 1} cases, ${wrong} wrong`);
}
await bench.close();
console.log(`${indexes.length} cases of seed ${seed}, ${wrong} wrong; one again: npm run fuzz:settings -- --seed ${seed} --only NUMBER`);
if (wrong > 0) process.exitCode = 1;
