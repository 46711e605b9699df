import { setTimeout as wait } from 'node:timers/promises';
import { makeRandom } from '../e2e/make-random.ts';
import { Chance } from './chance.ts';
import { compileFuzzedSchemas, FuzzedDaemon } from './daemon.ts';
import { examineStore, readSource } from './examine-store.ts';
import { judgeReply } from './check-reply.ts';
import { makeRequest, type FuzzRequest } from './make-request.ts';
import { plantSentinels, Population } from './population.ts';
import { listValidRequests } from './valid-requests.ts';
import { Wire, type Reply } from './raw-http.ts';

/** The options of a run. The same seed gives the same mutations; responses depend on the order of concurrent requests. */
export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  readonly connections: number;
  /** Called with the number of responses, about once a second. */
  /** Called immediately with each failure. */
  readonly failed?: (failure: FuzzFailure) => void;
  readonly progress?: (sent: number, failures: number, memory: number) => void;
}

/** A request with a wrong response. */
export interface FuzzFailure {
  readonly index: number;
  readonly why: string;
  /** The bytes as Base64, with `{{token}}` for the token and `{{id}}` for the ids of existing resources. */
  readonly bytes: string;
  /** The bytes sent before on the same connection, in the same form; missing for a new connection. */
  readonly before?: string;
}

/** The result of a run. It passed if `problems` is empty. */
export interface FuzzReport {
  readonly seed: number;
  readonly sent: number;
  readonly failures: readonly FuzzFailure[];
  /** Sentences: the failures, and the faults of the daemon, its log, its memory and its store after the run. */
  readonly problems: readonly string[];
  /** Counts by kind of mutation, and by result: a status, `closed`. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly slowestMs: number;
  /** Bytes, after the first quarter and at the end. */
  readonly memory: { readonly early: number; readonly late: number };
}

const healthCheck = { method: 'GET', bytes: Buffer.from('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n') };

/** Max time until a response, or until the connection is closed. */
const maxMs = 1_000;
/** Tolerance for a busy machine: a slow response counts only if it is slow each time it is repeated, or takes this long. */
const patienceMs = 20_000;

/** Number of memory measurements. */
const samples = 100;

/** Max growth of the daemon's memory from a quarter of the requests to the end: a leak of 1 kB per request exceeds it in a long run. */
const maxGrowth = 1.35;
const growthBytes = 48 * 1024 * 1024;

/** Starts the real daemon, sends mutated requests over several connections, and examines its store afterwards. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const first = await FuzzedDaemon.start();
  let daemon = first;
  try {
    const ids = await plantSentinels(first.port, await first.createToken('sentinels'));
    const token = await first.createToken('default');
    await first.stop();
    // The store can be examined only after the daemon has released its lock.
    const sentinels = { ids, rows: readSource(first.database, 'sentinels') };
    daemon = await first.startAgain();
    const run = new FuzzRun(daemon, options, token, sentinels);
    await run.send();
    return await run.finish();
  } finally {
    await daemon.remove();
  }
}

class FuzzRun {
  readonly #daemon: FuzzedDaemon;
  readonly #options: FuzzOptions;
  readonly #population: Population;
  readonly #token: string;
  readonly #sentinels: string;
  readonly #valid = listValidRequests();
  readonly #failures: FuzzFailure[] = [];
  readonly #counts: Record<string, Record<string, number>> = {};
  readonly #samples: { readonly sent: number; readonly bytes: number }[] = [];
  #begun = 0;
  #sent = 0;
  #slowestMs = 0;

  constructor(
    daemon: FuzzedDaemon,
    options: FuzzOptions,
    token: string,
    sentinels: { readonly ids: readonly string[]; readonly rows: string },
  ) {
    this.#daemon = daemon;
    this.#options = options;
    this.#token = token;
    this.#population = new Population(sentinels.ids);
    this.#sentinels = sentinels.rows;
  }

  async send(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.connections }, () => this.#keepSending()));
    this.#sample();
  }

  async finish(): Promise<FuzzReport> {
    const problems = this.#failures.map(({ index, why }) => `request ${index}: ${why}`);
    if (!(await this.#serves())) problems.push('the daemon does not serve any more');
    const memory = this.#memory();
    if (memory.late > memory.early * maxGrowth + growthBytes)
      problems.push(`memory grew from ${toMiB(memory.early)} to ${toMiB(memory.late)} MiB`);
    const { exitCode, said } = await this.#daemon.stop();
    if (exitCode !== 0) problems.push(`the daemon ended with ${exitCode}: ${said}`);
    for (const line of this.#daemon.errors.slice(0, 20)) problems.push(`the log has an error: ${JSON.stringify(line)}`);
    problems.push(...examineStore(this.#daemon.database, compileFuzzedSchemas()).slice(0, 50));
    if (readSource(this.#daemon.database, 'sentinels') !== this.#sentinels) problems.push('rows of another Source have changed');
    const { seed } = this.#options;
    return { seed, sent: this.#sent, failures: this.#failures, problems, counts: this.#counts, slowestMs: this.#slowestMs, memory };
  }

  async #keepSending(): Promise<void> {
    const wire = new Wire(this.#daemon.port);
    while (this.#begun < this.#options.requests && this.#failures.length < 100 && this.#daemon.running) {
      await this.#sendOne(wire, this.#begun++);
      const old = this.#population.surplus();
      if (old !== undefined) await wire.send(this.#toDelete(old));
    }
    wire.close();
  }

  async #sendOne(wire: Wire, index: number): Promise<void> {
    const chance = new Chance(makeRandom(this.#options.seed * 1_000_003 + index));
    const request = makeRequest(chance, {
      valid: this.#valid,
      token: this.#token,
      anyId: (drawn) => this.#population.any(drawn),
      serial: index,
    });
    const reply = await this.#exchange(wire, request, chance);
    this.#sent += 1;
    // By count, not by time: a quick run has as many samples as a slow one.
    if (this.#sent % Math.max(1, Math.floor(this.#options.requests / samples)) === 0) this.#sample();
    this.#slowestMs = Math.max(this.#slowestMs, reply.ms);
    this.#count(request.changed, reply.is === 'answer' ? String(reply.status) : reply.is);
    if (reply.is === 'answer' && reply.status === 201) this.#population.learn(reply.body);
    const why =
      judgeReply(request, reply) ??
      (reply.ms > maxMs && (await this.#isSlowAgain(request, wire.before)) ? `took ${reply.ms} ms` : undefined);
    if (why === undefined) return;
    const { before } = request.odd || request.stranger ? {} : wire;
    const failure = { index, why, bytes: this.#toTemplate(request.bytes), ...(before && { before: this.#toTemplate(before) }) };
    this.#failures.push(failure);
    this.#options.failed?.(failure);
  }

  async #exchange(wire: Wire, request: FuzzRequest, chance: Chance): Promise<Reply> {
    const sending = { method: request.method, bytes: request.bytes, end: !request.complete, maxMs: patienceMs };
    if (!request.odd && !request.stranger) return wire.send(sending);
    const own = new Wire(
      this.#daemon.port,
      request.stranger ? `127.${1 + chance.below(200)}.${chance.below(250)}.${1 + chance.below(250)}` : undefined,
    );
    const reply = await own.send(sending);
    own.close();
    return reply;
  }

  /**
   * Whether the request is slow, after the previous request on its connection, and not the machine: another request is measured just
   * before.
   */
  async #isSlowAgain(request: FuzzRequest, before: Buffer | undefined): Promise<boolean> {
    for (let times = 0; times < 3; times += 1) {
      await wait(200);
      const usual = await this.#alone(healthCheck, false);
      const own = new Wire(this.#daemon.port);
      if (before && !request.odd) await own.send({ method: 'GET', bytes: before, end: false, maxMs });
      const { ms } = await own.send({ method: request.method, bytes: request.bytes, end: !request.complete, maxMs: patienceMs });
      own.close();
      if (ms <= maxMs + 5 * usual.ms) return false;
    }
    return true;
  }

  async #alone({ method, bytes }: Pick<FuzzRequest, 'method' | 'bytes'>, end: boolean): Promise<Reply> {
    const own = new Wire(this.#daemon.port);
    const reply = await own.send({ method, bytes, end, maxMs: patienceMs });
    own.close();
    return reply;
  }

  #toDelete(path: string) {
    const bytes = Buffer.from(`DELETE /scim${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${this.#token}\r\n\r\n`);
    return { method: 'DELETE', bytes, end: false, maxMs: patienceMs };
  }

  async #serves(): Promise<boolean> {
    if (!this.#daemon.running) return false;
    const reply = await this.#alone(healthCheck, false);
    return reply.is === 'answer' && reply.status === 200;
  }

  #count(changed: string, came: string): void {
    const row = (this.#counts[changed] ??= {});
    row[came] = (row[came] ?? 0) + 1;
  }

  #sample(): void {
    const bytes = this.#daemon.memory();
    this.#samples.push({ sent: this.#sent, bytes });
    this.#options.progress?.(this.#sent, this.#failures.length, bytes);
  }

  /** Medians, because a single sample depends on the time of garbage collections. */
  #memory(): { readonly early: number; readonly late: number } {
    const share = (from: number, to: number) =>
      this.#samples.filter(({ sent }) => sent >= from * this.#sent && sent <= to * this.#sent).map(({ bytes }) => bytes);
    return { early: median(share(0.2, 0.35)), late: median(share(0.85, 1)) };
  }

  #toTemplate(bytes: Buffer): string {
    const text = bytes.toString('latin1').replaceAll(this.#token, '{{token}}');
    return Buffer.from(this.#population.hideIds(text), 'latin1').toString('base64');
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
