import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Load } from './load.ts';
import type { LoadOrder } from './load-client.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { readCost } from './process-cost.ts';
import { formatReport, measures, summarize, type Measure, type Measured, type MemorySample, type Sample } from './report.ts';
import { startServer, type Server, type ServerName } from './servers.ts';

/** Number of people created and deleted, and of requests of each kind, before the measurement: Node is slow after a start. */
const warmUp = 2_000;

/** Measures Vestibule against the limit server, in alternating rounds, each on an empty folder. */
export async function benchScim(options: BenchOptions): Promise<Measured> {
  const samples: Sample[] = [];
  const memory: MemorySample[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const order: readonly ServerName[] = round % 2 === 0 ? ['limit', 'vestibule'] : ['vestibule', 'limit'];
    for (const name of order) {
      const one = await measureServer(name, round, options);
      samples.push(...one.samples);
      memory.push({ server: name, round, memoryMib: one.memoryMib });
    }
  }
  return { options, samples, memory };
}

async function measureServer(name: ServerName, round: number, options: BenchOptions) {
  const folder = await mkdtemp(join(tmpdir(), `vestibule-bench-`));
  const load = new Load();
  const server = await startServer[name](folder);
  try {
    const { baseUrl, headers } = server;
    const order = (what: LoadOrder['load'], from: number, count: number, connections = options.connections): LoadOrder => ({
      load: what,
      baseUrl,
      headers,
      connections,
      from,
      count,
    });
    await prepare(load, order, options);
    const samples: Sample[] = [];
    for (const measure of measures)
      samples.push({ server: name, round, measure, ...(await measureLoad(load, server, toOrder(measure, order, options))) });
    return { samples, memoryMib: readCost(server.pid).memoryMib };
  } finally {
    await server.stop();
    load.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type ToOrder = (what: LoadOrder['load'], from: number, count: number, connections?: number) => LoadOrder;

/** Warms up with people who are deleted afterwards, then creates the required number of people. */
async function prepare(load: Load, order: ToOrder, { people, members }: BenchOptions): Promise<void> {
  const passing = 10_000_000;
  for (const what of ['create', 'match', 'patch', 'delete'] as const) await load.run(order(what, passing, warmUp));
  await load.run(order('create', 0, people));
  // A Group of `members` members: the load's own number times its count.
  await load.run(order('group', members, 1, 1));
}

function toOrder(measure: Measure, order: ToOrder, { people, requests }: BenchOptions): LoadOrder {
  switch (measure) {
    case 'create':
      return order('create', people, requests);
    case 'match':
    case 'patch':
    case 'add':
      return order(measure, 0, Math.min(requests, people + requests));
  }
}

async function measureLoad(load: Load, server: Server, order: LoadOrder): Promise<Omit<Sample, 'server' | 'round' | 'measure'>> {
  const before = readCost(server.pid).cpuMicros;
  const { ms, p50, p99 } = await load.run(order);
  const cpuMicros = (readCost(server.pid).cpuMicros - before) / order.count;
  return { perSecond: (order.count / ms) * 1000, cpuMicros, p50, p99 };
}

if (import.meta.main) {
  const measured = await benchScim(readOptions(process.argv.slice(2)));
  const text = measured.options.json ? JSON.stringify({ ...measured, lines: summarize(measured) }, null, 2) : formatReport(measured);
  process.stdout.write(`${text}\n`);
}
