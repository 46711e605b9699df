import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findDaemon } from '../src/admin/find-daemon.ts';
import type { FakeCounts, FakeSystems } from './fake-systems.ts';
import { startBenchDaemon, type BenchDaemon, type DaemonFolders } from './latency-daemon.ts';
import { formatLatency, type LatencyMeasured, type Phase } from './latency-report.ts';
import { changeDefinition, targets, writeSite, type BenchTarget, type SystemsAround } from './latency-site.ts';
import type { OpenLoopOrder, OpenLoopResult } from './open-loop.ts';
import { prepareSite, readToken, siteFile } from './prepare-site.ts';
import { readCost } from './process-cost.ts';

/** What a run measures. */
export interface LatencyOptions {
  readonly people: number;
  readonly groups: number;
  /** Requests per second. */
  readonly rate: number;
  /** Seconds of the reference and of the delivering phase each. */
  readonly seconds: number;
  readonly seed: number;
  /** Folder in which the staged store is kept for the next run of the same size; empty: staged again. */
  readonly prepared: string;
  readonly json: boolean;
}

/** Time limit of each step of the run: 10 minutes. */
const patienceMs = 600_000;
/** Interval at which the counts of the Targets are read: 4 times a second. */
const sampleMs = 250;

/** The current counts of the Targets. */
type Counts = Readonly<Record<BenchTarget, number>>;

/** Measures the latency of SCIM responses, first without Targets, then while one Target of each driver receives everyone. */
export async function benchLatency(options: LatencyOptions): Promise<LatencyMeasured> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-latency-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const folders = { config: join(folder, 'config'), data: join(folder, 'data') };
  for (const one of [folders.config, folders.data]) await mkdir(one);
  await prepareSite(folders, options, options.prepared);
  const systems = await openSystems(folder, stack);
  await writeSite(folders.config, systems);
  const daemon = await startBenchDaemon(folders);
  stack.defer(() => daemon.stop());
  const token = readToken(folders);
  const load = fork(join(import.meta.dirname, 'open-loop.ts'));
  stack.defer(() => void load.kill());
  const run = new Run(daemon, systems, folder);
  const loaded = startLoad(load, {
    baseUrl: daemon.baseUrl,
    headers: { authorization: `Bearer ${token}` },
    site: siteFile(folders),
    perSecond: options.rate,
    seed: options.seed,
    maxMs: patienceMs,
  });
  await wait(3_000); // Both processes are cold at first.
  const phases = [
    await run.phase('no targets', () => wait(options.seconds * 1_000)),
    await run.phase('first plans', () => applyAll(folders)),
    await run.phase('delivering', () => wait(options.seconds * 1_000)),
    await run.phase('new definition', () => redefine(folders, systems, daemon)),
  ];
  load.send('stop');
  const { timed, failures } = await loaded;
  return { people: options.people, groups: options.groups, perSecond: options.rate, phases, timed, failures };
}

/** Takes measurements of one stretch after the other. */
class Run {
  readonly #daemon: BenchDaemon;
  readonly #systems: SystemsAround;
  readonly #badges: string;

  constructor(daemon: BenchDaemon, systems: SystemsAround, folder: string) {
    this.#daemon = daemon;
    this.#systems = systems;
    this.#badges = join(folder, 'badges-count');
  }

  async phase(name: string, work: () => Promise<unknown>): Promise<Phase> {
    process.stderr.write(`${name} …\n`);
    await this.#daemon.askLoop();
    const [from, cpu, first] = [Date.now(), readCost(this.#daemon.pid).cpuMicros, await this.#counts()];
    const samples: Counts[] = [first];
    const done = new AbortController();
    const sampling = (async () => {
      while (!done.signal.aborted) {
        await wait(sampleMs);
        samples.push(await this.#counts());
      }
    })();
    try {
      await work();
    } finally {
      done.abort();
      await sampling;
    }
    const to = Date.now();
    const loop = await this.#daemon.askLoop();
    const cpuShare = (readCost(this.#daemon.pid).cpuMicros - cpu) / 1_000 / (to - from);
    const last = samples.at(-1) ?? first;
    return {
      name,
      from,
      to,
      loop,
      cpuShare,
      delivered: toRecord((target) => last[target] - first[target]),
      busy: toRecord((target) => busyShare(samples, target)),
    };
  }

  async #counts(): Promise<Counts> {
    const { rest, scim } = (await (await fetch(`${this.#systems.rest}/counts`)).json()) as FakeCounts;
    return {
      'front-desk': this.#daemon.published.reduce((sum, { rows }) => sum + rows, 0),
      'old-vms': rest,
      badges: existsSync(this.#badges) ? Number(readFileSync(this.#badges, 'utf8')) : 0,
      'cloud-vms': scim,
    };
  }
}

/** Share of the seconds in which a count grew. */
function busyShare(samples: readonly Counts[], target: BenchTarget): number {
  const perSecond = 1_000 / sampleMs;
  const seconds = Math.floor((samples.length - 1) / perSecond);
  const grew = Array.from({ length: seconds }, (_, second) => {
    const [before, after] = [samples[second * perSecond], samples[(second + 1) * perSecond]];
    return before !== undefined && after !== undefined && after[target] > before[target];
  });
  return grew.filter(Boolean).length / Math.max(1, seconds);
}

function toRecord(value: (target: BenchTarget) => number): Record<BenchTarget, number> {
  return { 'front-desk': value('front-desk'), 'old-vms': value('old-vms'), badges: value('badges'), 'cloud-vms': value('cloud-vms') };
}

async function openSystems(folder: string, stack: AsyncDisposableStack): Promise<SystemsAround> {
  const drop = join(folder, 'drop');
  await mkdir(drop);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fake-systems.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  stack.defer(() => void child.kill());
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const worker = [process.execPath, join(import.meta.dirname, 'fake-badges.ts'), join(folder, 'badges-count')];
  return { ...(JSON.parse(line) as FakeSystems), drop, worker };
}

async function startLoad(load: ChildProcess, order: OpenLoopOrder): Promise<OpenLoopResult> {
  load.send(order);
  const [answer] = (await once(load, 'message')) as [{ readonly result?: OpenLoopResult; readonly error?: string }];
  if (answer.result === undefined) throw new Error(answer.error);
  return answer.result;
}

/** All at once: each plans everyone twice, once to show the plan and once to apply it. */
async function applyAll(folders: DaemonFolders): Promise<void> {
  await Promise.all(targets.map((target) => apply(folders, target)));
}

/** Applies like the command, but accepts any plan, because people are created continuously. @throws {Error} if the Target is not live afterwards. */
async function apply({ data }: DaemonFolders, target: BenchTarget): Promise<void> {
  const report = await (await findDaemon(data))?.apply(target, { by: 'bench', replaceAll: true });
  if (report?.state !== 'live') throw new Error(`${target} is ${report?.state}, it waits for ${report?.waits}`);
}

/** Applies a definition that changes every row of the file. */
async function redefine(folders: DaemonFolders, systems: SystemsAround, daemon: BenchDaemon): Promise<void> {
  await changeDefinition(folders.config, systems);
  const before = daemon.published.length;
  await apply(folders, 'front-desk');
  const until = Date.now() + patienceMs;
  const largest = () => Math.max(0, ...daemon.published.slice(before).map(({ deliveries }) => deliveries));
  while (largest() < 1_000 && Date.now() < until) await wait(sampleMs);
}

function readOptions(argv: readonly string[]): LatencyOptions {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const options = {
    people: text('100000'),
    groups: text('300'),
    rate: text('50'),
    seconds: text('60'),
    seed: text('1'),
    prepared: text(''),
  };
  const { values } = parseArgs({ args: [...argv], options: { ...options, json: { type: 'boolean', default: false } } });
  const { people, groups, rate, seconds, seed, prepared, json } = values;
  return {
    people: Number(people),
    groups: Number(groups),
    rate: Number(rate),
    seconds: Number(seconds),
    seed: Number(seed),
    prepared,
    json,
  };
}

if (import.meta.main) {
  const options = readOptions(process.argv.slice(2));
  const measured = await benchLatency(options);
  process.stdout.write(`${options.json ? JSON.stringify(measured, null, 2) : formatLatency(measured)}\n`);
}
