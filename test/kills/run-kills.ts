import { setTimeout as wait } from 'node:timers/promises';
import type { AdminApi } from '../../src/admin/api.ts';
import { messageOf } from '../../src/domain/errors.ts';
import { EntraClient } from '../../src/rehearsal/entra-client.ts';
import { inventDirectory } from '../../src/rehearsal/invent-directory.ts';
import { openVisitorSystem, type VisitorSystem } from '../../src/rehearsal/visitor-system.ts';
import { makeRandom } from '../e2e/make-random.ts';
import { DirectoryOracle, toEntry } from './directory-oracle.ts';
import { KilledDaemon } from './killed-daemon.ts';
import { inventLives, type DirectoryChange } from './person-lives.ts';

/** Options of a run. */
export interface KillOptions {
  readonly kills: number;
  /** Number of people in the directory, from 40. */
  readonly people: number;
  /** Determines the faults and their times. Two runs are never exactly equal, because the timing of processes differs. */
  readonly seed: number;
  /** Called after each kill. */
  readonly progress?: (report: KillReport) => void;
}

/** The result of a run. */
export interface KillReport {
  readonly kills: number;
  /** Number of kills while the daemon was starting and not serving yet. */
  readonly whileStarting: number;
  /** Number of kills of the outbound process alone. */
  readonly ofOutbound: number;
  /** Number of acknowledged changes of the directory. */
  readonly acknowledged: number;
  /** Number of requests of the directory without a response. */
  readonly unansweredSource: number;
  /** Number of writes after which the visitor system closed the connection instead of responding. */
  readonly unansweredTarget: number;
  /** People who should be active with this e-mail and name, and are not. */
  readonly lost: readonly string[];
  /** E-mails with several active records, and a line if there are more records than people. */
  readonly doubled: readonly string[];
  /** Active records of people who have left, or with an old e-mail or name. */
  readonly forgotten: readonly string[];
  /** Why the daemon did not become idle at the end; empty if it did. */
  readonly unrest: string;
}

const daemonFile = `
sources:
  default: { quiet: 1s }
delivery: { settle: 1s }
`;

const targetFile = (url: string) => `
target: vms
connector: old-vms
settings:
  url: ${url}
  auth: { headers: { X-Api-Key: not-a-secret } }
  concurrency: 8
guard:
  removals: { most: 100000, share: 100%, within: 24h }
  changes: { share: 100%, within: 1h }
`;

/** Max time between two kills, in milliseconds: planning begins a second after the first change. */
const longestLifeMs = 3_000;

/** Share of the kills that end only the outbound process. */
const outboundShare = 0.3;

/** Share of the kills while the daemon is starting. */
const startingShare = 0.25;

/** Max time to become idle at the end, in milliseconds. */
const restMs = 300_000;

/** Concurrent changes. */
const atOnce = 8;

/**
 * Changes a directory while the daemon is killed repeatedly, and a slow visitor system commits writes and closes connections. When
 * everything is idle, the system must have exactly the acknowledged state.
 * @throws {Error} if the daemon does not start after a kill.
 */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const random = makeRandom(options.seed);
  const system = await openVisitorSystem({ random: makeRandom(options.seed + 1) });
  system.faults.slow = { share: 1, ms: 5 };
  system.faults.cutAfterCommit = 0.1;
  // The simulated system accepts duplicates, so that a repeated create is detected.
  system.faults.takesDuplicates = true;
  const daemon = await KilledDaemon.make({ 'vestibule.yaml': daemonFile, 'targets/vms.yaml': targetFile(system.url) });
  try {
    return await new KillRun(options, { random, system, daemon }).run();
  } finally {
    await daemon.end();
    await system.goDown();
  }
}

interface Parts {
  readonly random: () => number;
  readonly system: VisitorSystem;
  readonly daemon: KilledDaemon;
}

class KillRun {
  readonly #options: KillOptions;
  readonly #random: () => number;
  readonly #system: VisitorSystem;
  readonly #daemon: KilledDaemon;
  readonly #lives: readonly (readonly DirectoryChange[])[];
  #back = Promise.resolve();
  #kills = 0;
  #whileStarting = 0;
  #ofOutbound = 0;

  constructor(options: KillOptions, { random, system, daemon }: Parts) {
    this.#options = options;
    this.#random = random;
    this.#system = system;
    this.#daemon = daemon;
    this.#lives = inventLives(inventDirectory({ people: options.people, seed: options.seed }).people);
  }

  async run(): Promise<KillReport> {
    const tenantUrl = await this.#daemon.start();
    const { text: token } = await (await this.#daemon.admin()).createToken({ label: 'entra' });
    const client = new EntraClient({ tenantUrl, token, connections: atOnce });
    const oracle = new DirectoryOracle(client, () => this.#back);
    const [first, rest] = [this.#lives.slice(0, 20), this.#lives.slice(20)];
    await inParallel(first, atOnce, async (life) => {
      for (const change of life) await oracle.carryOut(change);
    });
    await goLive(await this.#daemon.admin());
    const working = this.#work(oracle, rest);
    const killing = this.#killAll(oracle);
    await Promise.all([working, killing]);
    client.close();
    const unrest = await this.#rest(oracle);
    return this.#report(oracle, unrest);
  }

  /** Changes wait for kills, so that every kill happens during changes. */
  async #work(oracle: DirectoryOracle, lives: readonly (readonly DirectoryChange[])[]): Promise<void> {
    const total = lives.flat().length;
    let begun = 0;
    await inParallel(lives, atOnce, async (life) => {
      for (const change of life) {
        begun += 1;
        const after = Math.min(this.#options.kills, Math.floor((begun / total) * (this.#options.kills + 1)));
        while (this.#kills < after) await wait(10);
        await oracle.carryOut(change);
      }
    });
  }

  async #killAll(oracle: DirectoryOracle): Promise<void> {
    while (this.#kills < this.#options.kills) {
      await wait(this.#random() * longestLifeMs);
      this.#back = this.#killOnce();
      await this.#back;
      this.#options.progress?.(this.#report(oracle, ''));
    }
  }

  /** Kills the outbound process, or the daemon, possibly several times while it starts again; resolves when the daemon serves. */
  async #killOnce(): Promise<void> {
    if (this.#random() < outboundShare && (await this.#daemon.killOutbound())) {
      this.#kills += 1;
      this.#ofOutbound += 1;
      return;
    }
    await this.#daemon.kill();
    this.#kills += 1;
    while (this.#kills < this.#options.kills && this.#random() < startingShare) {
      // At the beginning of a start, the process only loads the program.
      const starting = await this.#daemon.startAndKill(this.#daemon.startMs * (0.4 + 0.7 * this.#random()));
      this.#kills += 1;
      if (starting) this.#whileStarting += 1;
    }
    await this.#daemon.start();
  }

  /** Waits until no Delivery is open and the system has the expected state, or until the time is over. */
  async #rest(oracle: DirectoryOracle): Promise<string> {
    const end = Date.now() + restMs;
    for (;;) {
      const open = await findOpen(this.#daemon);
      if (open.length === 0 && sameTexts(oracle.active(), this.#active())) return '';
      if (Date.now() > end) return open.length === 0 ? 'nothing is open, but the system shows something else' : open.join(', ');
      await wait(200);
    }
  }

  #report(oracle: DirectoryOracle, unrest: string): KillReport {
    const expected = new Set(oracle.active());
    const found = this.#active();
    const records = this.#system.records().length;
    const mails = Map.groupBy(found, (entry) => entry.split(' | ')[0]);
    const surplus = records - oracle.everSent;
    return {
      kills: this.#kills,
      whileStarting: this.#whileStarting,
      ofOutbound: this.#ofOutbound,
      acknowledged: oracle.acknowledged,
      unansweredSource: oracle.unanswered,
      unansweredTarget: this.#system.counts().unanswered,
      lost: [...expected].filter((entry) => !found.includes(entry)),
      doubled: [
        ...[...mails].flatMap(([mail, entries]) => (entries.length > 1 ? [String(mail)] : [])),
        ...(surplus > 0 ? [`${surplus} records beyond one for each person`] : []),
      ],
      forgotten: found.filter((entry) => !expected.has(entry)),
      unrest,
    };
  }

  #active(): readonly string[] {
    return this.#system
      .records()
      .flatMap(({ mail, firstname, lastname, enabled }) => (enabled === true ? [toEntry(mail, firstname, lastname)] : []))
      .sort();
  }
}

async function goLive(admin: AdminApi): Promise<void> {
  await admin.apply('vms', { by: 'test' });
  const end = Date.now() + 60_000;
  while ((await admin.status()).targets[0]?.state !== 'live') {
    if (Date.now() > end) throw new Error('the target did not go live');
    await wait(50);
  }
}

/** What is not done yet. The outbound process may still be starting after the last kill. */
async function findOpen(daemon: KilledDaemon): Promise<readonly string[]> {
  try {
    const [target] = (await (await daemon.admin()).status()).targets;
    return target === undefined ? ['no target'] : toOpen(target);
  } catch (error) {
    return [messageOf(error)];
  }
}

function toOpen({ behind, deliveries }: Awaited<ReturnType<AdminApi['status']>>['targets'][number]): readonly string[] {
  const { done: _, superseded: __, ...open } = deliveries;
  return Object.entries({ behind, ...open }).flatMap(([name, number]) => (number > 0 ? [`${number} ${name}`] : []));
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

async function inParallel<T>(jobs: readonly T[], atOnce: number, work: (job: T) => Promise<void>): Promise<void> {
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) await work(job);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
