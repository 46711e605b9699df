import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HttpSender, idIn } from './http-sender.ts';
import { startBenchDaemon, type BenchDaemon } from './latency-daemon.ts';
import { prepareSite, readSite, readToken } from './prepare-site.ts';
import { readCost } from './process-cost.ts';
import {
  addMember,
  addMembers,
  createNamedGroup,
  createPerson,
  matchGroup,
  removeMember,
  removeMemberByPath,
  renameGroup,
  type BenchRequest,
} from './requests.ts';

/** The options of a run. */
export interface MembershipOptions {
  /** Number of members of the large Group; all of them are existing people. */
  readonly people: number;
  readonly rounds: number;
  /** Requests to one Group before requests to the other one. */
  readonly block: number;
  /** Folder in which the staged store is kept for the next run of the same size; if empty, the site is staged again. */
  readonly prepared: string;
}

/** The Groups that are compared, and the members of the small one. */
type Size = 'small' | 'large';
const smallMembers = 10;

/** The edits of each Group, in this order: an added person is removed again, so that both keep their sizes. */
const steps = ['add', 'remove', 'add again', 'remove by path', 'match', 'rename'] as const;
type Step = (typeof steps)[number];

interface Block {
  readonly step: Step;
  readonly size: Size;
  readonly cpuMicros: number;
  readonly ms: readonly number[];
}

interface Groups {
  readonly ids: Readonly<Record<Size, string>>;
  readonly names: Record<Size, string>;
}

/** Maximum ratio of the cost of the large Group to that of the small one. */
const limit = 1.2;

/** Compares the cost of an edit of a Group of everyone and of one of ten, block by block in turn, in one daemon. */
export async function benchMembership(options: MembershipOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-membership-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const folders = { config: join(folder, 'config'), data: join(folder, 'data') };
  for (const one of [folders.config, folders.data]) await mkdir(one);
  await prepareSite(folders, { people: options.people, groups: 1 }, options.prepared);
  const daemon = await startBenchDaemon(folders, false);
  stack.defer(() => daemon.stop());
  const sender = new HttpSender(daemon.baseUrl, { authorization: `Bearer ${readToken(folders)}` }, 1);
  stack.defer(() => sender.close());
  const { people, groups } = readSite(folders);
  const small = { name: 'Ten', id: idIn(await sender.send(createNamedGroup('Ten'))) };
  await sender.send(addMembers(small.id, people.slice(0, smallMembers)));
  const large = groups[0] ?? { id: '', name: '' };
  const pair: Groups = { ids: { small: small.id, large: large.id }, names: { small: small.name, large: large.name } };
  const joining = await createJoining(sender, options.block);
  const blocks: Block[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const step of steps) {
      for (const size of round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const)) {
        const block = await measure(daemon, sender, step, size, toRequests(step, pair, size, joining, round));
        // The first round warms up.
        if (round > 0) blocks.push(block);
      }
    }
  }
  return formatMembership(options, blocks);
}

async function createJoining(sender: HttpSender, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const creates = Array.from({ length: count }, (_, number) => createPerson(3_000_000 + number));
  await sender.sendAll(creates, 1, (answer) => ids.push(idIn(answer)));
  return ids;
}

async function measure(daemon: BenchDaemon, sender: HttpSender, step: Step, size: Size, requests: readonly BenchRequest[]): Promise<Block> {
  const before = readCost(daemon.pid).cpuMicros;
  const ms: number[] = [];
  for (const asked of requests) {
    const sent = performance.now();
    await sender.send(asked);
    ms.push(performance.now() - sent);
  }
  return { step, size, cpuMicros: (readCost(daemon.pid).cpuMicros - before) / requests.length, ms };
}

function toRequests(step: Step, { ids, names }: Groups, size: Size, joining: readonly string[], round: number): readonly BenchRequest[] {
  const id = ids[size];
  switch (step) {
    case 'add':
    case 'add again':
      return joining.map((person) => addMember(id, person));
    case 'remove':
      return joining.map((person) => removeMember(id, person));
    case 'remove by path':
      return joining.map((person) => removeMemberByPath(id, person));
    case 'match':
      return joining.map(() => matchGroup(names[size]));
    case 'rename':
      return joining.map((_, number) => renameGroup(id, (names[size] = `${size} ${round} ${number}`)));
  }
}

function formatMembership({ people, rounds, block }: MembershipOptions, blocks: readonly Block[]): string {
  const rows = steps.map((step) => {
    const of = (size: Size) => blocks.filter((one) => one.step === step && one.size === size);
    const cpu = (size: Size) => median(of(size).map((one) => one.cpuMicros));
    const ms = (size: Size) => median(of(size).flatMap((one) => one.ms));
    const ratio = cpu('large') / cpu('small');
    const cells = [cpu('small').toFixed(0), cpu('large').toFixed(0), ratio.toFixed(2), ms('small').toFixed(2), ms('large').toFixed(2)];
    return {
      ratio,
      text: [step.padEnd(15), ...[...cells, (ms('large') / ms('small')).toFixed(2)].map((cell) => cell.padStart(10))].join(''),
    };
  });
  const worst = Math.max(...rows.map(({ ratio }) => ratio));
  const head = ['µs of 10', 'of all', 'ratio', 'ms of 10', 'of all', 'ratio'].map((cell) => cell.padStart(10)).join('');
  return [
    `One request at a time to a group of ${smallMembers} and to one of ${people}, medians of ${rounds} rounds of ${block}: processor time and latency`,
    `${' '.repeat(15)}${head}`,
    ...rows.map(({ text }) => text),
    `${worst <= limit ? 'met' : 'NOT MET'}: at most ${limit} times the processor time, whatever the size; the worst is ${worst.toFixed(2)}`,
  ].join('\n');
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function readOptions(argv: readonly string[]): MembershipOptions {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { people: text('100000'), rounds: text('15'), block: text('50'), prepared: text('') },
  });
  return { people: Number(values.people), rounds: Number(values.rounds), block: Number(values.block), prepared: values.prepared };
}

if (import.meta.main) process.stdout.write(`${await benchMembership(readOptions(process.argv.slice(2)))}\n`);
