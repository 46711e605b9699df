import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { replay } from './replay.ts';
import { runFuzz, type FuzzFailure, type FuzzReport } from './run-fuzz.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    connections: { type: 'string', default: '8' },
    replay: { type: 'string' },
  },
});

if (values.replay === undefined) await fuzz(Number(values.requests), Number(values.seed), Number(values.connections));
else await playAgain(values.replay);

async function fuzz(requests: number, seed: number, connections: number): Promise<void> {
  console.log(
    `${requests} requests over ${connections} connections; the same again: npm run fuzz -- --requests ${requests} --seed ${seed}`,
  );
  const begun = performance.now();
  const report = await runFuzz({ requests, seed, connections, progress: showProgress(requests), failed: saveFailure });
  showReport(report, (performance.now() - begun) / 1000);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}

function showProgress(requests: number) {
  let told = 0;
  return (sent: number, failures: number, memory: number) => {
    told += 1;
    if (told % 10 !== 0 && sent < requests) return;
    console.log(`${sent} of ${requests} answered, ${failures} wrong, the daemon holds ${toMiB(memory)} MiB`);
  };
}

function showReport({ counts, problems, slowestMs, memory, sent }: FuzzReport, seconds: number): void {
  console.table(counts);
  console.log(
    `${sent} requests in ${Math.round(seconds)} s; the slowest took ${slowestMs} ms; memory ${toMiB(memory.early)} MiB, at the end ${toMiB(memory.late)} MiB`,
  );
  for (const problem of problems) console.log(`WRONG: ${problem}`);
  console.log(problems.length === 0 ? 'nothing went wrong' : `${problems.length} problems`);
}

function saveFailure(failure: FuzzFailure): void {
  const folder = join(tmpdir(), 'vestibule-fuzz-failures');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${failure.index}.json`);
  writeFileSync(file, JSON.stringify(failure));
  console.log(`WRONG: ${failure.why}; again: npm run fuzz -- --replay ${file}`);
}

async function playAgain(file: string): Promise<void> {
  const failure = JSON.parse(readFileSync(file, 'utf8')) as FuzzFailure;
  const { request, reply, errors } = await replay(failure);
  console.log(request);
  console.log(reply);
  for (const line of errors) console.log(line);
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
