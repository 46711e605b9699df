// A simulated visitor system with a REST API.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Random } from '../domain/clock.ts';
import { VisitorRecords, type VisitorFields, type VisitorRecord } from './visitor-records.ts';

/** Options of a simulated visitor system. */
export interface VisitorSystemOptions {
  /** Decides which requests a fault with a share meets: the same random, the same faults. */
  readonly random: Random;
  /** Token that every request has to bring as `Authorization: Bearer …`; missing: no token is required. */
  readonly token?: string;
  /** Field that no two records may share, `mail` when missing. */
  readonly unique?: string;
  /** Records on a page of the list; 100 when missing. */
  readonly pageSize?: number;
}

/** Simulated faults, from now on. Shares are 0 (never) to 1 (always); each request is judged separately. */
export interface VisitorFaults {
  /** Answers that come late, and how late. */
  slow: { readonly share: number; readonly ms: number };
  /** Writes that are committed, after which the connection is cut instead of answered. */
  cutAfterCommit: number;
  /** Writes that are committed, and answered with 500. */
  failAfterCommit: number;
  /** Requests that are answered with 429 and not carried out. */
  tooMany: number;
  /** Every request is answered with 401, whatever its token. */
  refuses: boolean;
  /** Every request is answered with 404, as behind a wrong path. */
  wrongPath: boolean;
  /** A second record with the same unique field is taken: what a product does that does not look. */
  takesDuplicates: boolean;
}

/** What happened so far. */
export interface VisitorCounts {
  readonly requests: number;
  readonly searches: number;
  readonly created: number;
  readonly replaced: number;
  readonly removed: number;
  /** Creates and changes that were refused as duplicates. */
  readonly duplicates: number;
  /** Commits without an answer that says so: cut, or answered with 500. */
  readonly unanswered: number;
}

/**
 * A visitor system with an HTTP API, as on-premises products have it (the shape of the connector `old-vms`), on a loopback port of its
 * own. Holds its records in memory; does wrong what it is told to. For the demo, rehearsals and tests.
 *
 * `GET /api/staff?q=` finds by containing text, `?FIELD=` by equal value, `&page=` (from 1) a page at a time; `POST /api/staff` creates,
 * `PUT` and `DELETE /api/staff/ID` replace and remove.
 */
export class VisitorSystem {
  readonly faults: VisitorFaults = {
    slow: { share: 0, ms: 0 },
    cutAfterCommit: 0,
    failAfterCommit: 0,
    tooMany: 0,
    refuses: false,
    wrongPath: false,
    takesDuplicates: false,
  };
  readonly #options: Required<Omit<VisitorSystemOptions, 'token'>> & Pick<VisitorSystemOptions, 'token'>;
  readonly #records = new VisitorRecords();
  readonly #counts = { requests: 0, searches: 0, created: 0, replaced: 0, removed: 0, duplicates: 0, unanswered: 0 };
  readonly #late = new Set<NodeJS.Timeout>();
  #server: Server | undefined;
  #port = 0;

  /** Opens nothing; see `openVisitorSystem`. */
  constructor(options: VisitorSystemOptions) {
    this.#options = { unique: 'mail', pageSize: 100, ...options };
  }

  /** Address of the system, without a slash at its end. The same after it was down. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Everything that it holds, in the order of creation. */
  records(): readonly VisitorRecord[] {
    return this.#records.all();
  }

  /** Values of a field (the unique one when missing) that more than one record has. */
  repeated(field = this.#options.unique): readonly string[] {
    return this.#records.repeated(field);
  }

  /** What happened so far. */
  counts(): VisitorCounts {
    return { ...this.#counts };
  }

  /** Adds a record, as a person who works in the system itself would. */
  add(fields: VisitorFields): VisitorRecord {
    return this.#records.create(fields);
  }

  /** Begins to listen, at the same port as before. No effect if it already listens. */
  async comeBack(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses new connections and closes open ones; keeps its records. No effect if it is already down. */
  async goDown(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const timer of this.#late) clearTimeout(timer);
    this.#late.clear();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** The same as `goDown`, so that `await using` ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.goDown();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counts.requests += 1;
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return; // The caller went away.
    const { share, ms } = this.faults.slow;
    if (!this.#happens(share)) return this.#carryOut(request, body, response);
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      this.#carryOut(request, body, response);
    }, ms);
    this.#late.add(timer);
  }

  #carryOut(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { faults } = this;
    const { token } = this.#options;
    if (faults.wrongPath) return send(response, 404, { error: 'no such page' });
    if (faults.refuses || (token !== undefined && request.headers.authorization !== `Bearer ${token}`)) {
      return send(response, 401, { error: 'unauthorized' });
    }
    if (this.#happens(faults.tooMany)) return send(response, 429, { error: 'too many requests' }, { 'Retry-After': '1' });
    const url = new URL(request.url ?? '/', this.url);
    const [, id] = /^\/api\/staff(?:\/(\d+))?$/.exec(url.pathname) ?? [];
    if (!url.pathname.startsWith('/api/staff')) return send(response, 404, { error: 'no such page' });
    if (request.method === 'GET' && id === undefined) return this.#search(url.searchParams, response);
    this.#write(request.method ?? '', id === undefined ? undefined : Number(id), body, response);
  }

  #search(query: URLSearchParams, response: ServerResponse): void {
    this.#counts.searches += 1;
    const { q, page, ...equal } = Object.fromEntries(query);
    const found = this.#records.find({ ...(q !== undefined && { q }), equal });
    const { pageSize } = this.#options;
    const from = page === undefined ? 0 : (Number(page) - 1) * pageSize;
    send(response, 200, { staff: page === undefined ? found : found.slice(from, from + pageSize), total: found.length });
  }

  #write(method: string, id: number | undefined, body: string, response: ServerResponse): void {
    if (method === 'DELETE' && id !== undefined) {
      if (!this.#records.remove(id)) return send(response, 404, { error: 'not found' });
      this.#counts.removed += 1;
      return this.#confirm(response, 204);
    }
    const creates = method === 'POST' && id === undefined;
    if (!creates && (method !== 'PUT' || id === undefined)) return send(response, 405, { error: 'not allowed' });
    const fields = parseFields(body);
    if (fields === undefined) return send(response, 400, { error: 'not an object' });
    const { unique } = this.#options;
    if (!this.faults.takesDuplicates && this.#records.findSame(unique, fields[unique], id) !== undefined) {
      this.#counts.duplicates += 1;
      return send(response, 400, { error: 'duplicate' });
    }
    if (id === undefined) {
      const created = this.#records.create(fields);
      this.#counts.created += 1;
      return this.#confirm(response, 201, created);
    }
    const replaced = this.#records.replace(id, fields);
    if (replaced === undefined) return send(response, 404, { error: 'not found' });
    this.#counts.replaced += 1;
    this.#confirm(response, 200, replaced);
  }

  /** The write is committed; whether the caller hears of it is another question. */
  #confirm(response: ServerResponse, status: number, record?: VisitorRecord): void {
    if (this.#happens(this.faults.cutAfterCommit)) {
      this.#counts.unanswered += 1;
      response.socket?.destroy();
      return;
    }
    if (this.#happens(this.faults.failAfterCommit)) {
      this.#counts.unanswered += 1;
      return send(response, 500, { error: 'internal error' });
    }
    send(response, status, record);
  }

  #happens(share: number): boolean {
    return share > 0 && this.#options.random() < share;
  }
}

/** Opens a visitor system without people. */
export async function openVisitorSystem(options: VisitorSystemOptions): Promise<VisitorSystem> {
  const system = new VisitorSystem(options);
  await system.comeBack();
  return system;
}

function send(response: ServerResponse, status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): void {
  if (body === undefined) return void response.writeHead(status, headers).end();
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function parseFields(body: string): VisitorFields | undefined {
  try {
    const fields: unknown = JSON.parse(body);
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? (fields as VisitorFields) : undefined;
  } catch {
    return undefined;
  }
}
