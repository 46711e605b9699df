import { readFile } from 'node:fs/promises';
import { arrivals, type Arrival, type MixKind, type StagedSite } from './entra-mix.ts';
import { HttpSender } from './http-sender.ts';

/** A load whose requests are sent on schedule, whether or not earlier ones were answered. */
export interface OpenLoopOrder {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** File with the `StagedSite`. */
  readonly site: string;
  readonly perSecond: number;
  readonly seed: number;
  /** Ends automatically after this time, in milliseconds, unless it is stopped before. */
  readonly maxMs: number;
}

/** One answered request. Times are milliseconds; `at` is the wall clock. */
export interface Timed {
  readonly kind: MixKind;
  /** The time at which it should have been sent. */
  readonly at: number;
  /** From then to the last byte of the answer: a request that waits behind a slow one counts its wait. */
  readonly ms: number;
  /** How late the request was sent: the lateness of the load itself, caused by the machine. */
  readonly lateMs: number;
}

/** The result of the load. */
export interface OpenLoopResult {
  readonly timed: readonly Timed[];
  readonly failures: readonly string[];
}

/** More connections than a browser has, so that no request waits in the client. */
const connections = 256;
const maxFailures = 20;

class OpenLoop {
  readonly #timed: Timed[] = [];
  readonly #failures: string[] = [];
  readonly #open = new Set<Promise<void>>();
  #stopped = false;

  stop(): void {
    this.#stopped = true;
  }

  async carryOut(order: OpenLoopOrder): Promise<OpenLoopResult> {
    const site = JSON.parse(await readFile(order.site, 'utf8')) as StagedSite;
    const sender = new HttpSender(order.baseUrl, order.headers, connections);
    const begin = Date.now();
    const origin = performance.now();
    for (const arrival of arrivals(site, order.perSecond, order.seed, 1_000_000)) {
      if (this.#stopped || arrival.at > order.maxMs) break;
      const wait = arrival.at - (performance.now() - origin);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      this.#send(sender, arrival, begin, origin);
    }
    await Promise.all(this.#open);
    sender.close();
    return { timed: this.#timed, failures: this.#failures };
  }

  #send(sender: HttpSender, { at, kind, request }: Arrival, begin: number, origin: number): void {
    const lateMs = performance.now() - origin - at;
    const sending = sender
      .send(request)
      .then(
        () => void this.#timed.push({ kind, at: begin + at, ms: performance.now() - origin - at, lateMs }),
        (error: unknown) => this.#fail(String(error)),
      )
      .finally(() => this.#open.delete(sending));
    this.#open.add(sending);
  }

  #fail(what: string): void {
    if (this.#failures.length < maxFailures) this.#failures.push(what);
  }
}

/** Carries out one command from the parent process until `stop`, and returns the result. */
function serveOrder(): void {
  const loop = new OpenLoop();
  process.once('disconnect', () => process.exit());
  process.on('message', (message: OpenLoopOrder | 'stop') => {
    if (message === 'stop') return loop.stop();
    loop.carryOut(message).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
}

if (import.meta.main) serveOrder();
