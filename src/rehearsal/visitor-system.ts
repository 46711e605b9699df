// A simulated visitor system with a REST API and configurable faults.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Random } from '../domain/clock.ts';
import { VisitorRecords, type VisitorFields, type VisitorRecord } from './visitor-records.ts';

/** Options of a simulated visitor system. */
export interface VisitorSystemOptions {
  /** Decides which requests are affected by a fault with a share: the same sequence causes the same faults. */
  readonly random: Random;
  /** The token that every request must send as `Authorization: Bearer …`. Default: no token is required. */
  readonly token?: string;
  /** The unique field; default `mail`. */
  readonly unique?: string;
  /** Records per page of the list; default 100. */
  readonly pageSize?: number;
}

/** Simulated faults, effective immediately. Shares are from 0 (never) to 1 (always) and apply to each request separately. */
export interface VisitorFaults {
  /** Delayed responses, and their delay. */
  slow: { readonly share: number; readonly ms: number };
  /** Writes that are committed without a response: the connection is closed. */
  cutAfterCommit: number;
  /** Writes that are committed, with the response 500. */
  failAfterCommit: number;
  /** Requests that are not carried out, with the response 429. */
  tooMany: number;
  /** Every response is 401, regardless of the token. */
  refuses: boolean;
  /** Every response is 404, as for a wrong path. */
  wrongPath: boolean;
  /** Accepts duplicates of the unique field, like a product that does not check. */
  takesDuplicates: boolean;
}

/** Counters since the start. */
export interface VisitorCounts {
  readonly requests: number;
  readonly searches: number;
  readonly created: number;
  readonly replaced: number;
  readonly removed: number;
  /** Creates and changes that were rejected as duplicates. */
  readonly duplicates: number;
  /** Commits without a successful response: a closed connection, or 500. */
  readonly unanswered: number;
}

/**
 * A visitor system with an HTTP API like those of on-premises products (for the connector `old-vms`), on a loopback port. Stores its
 * records in memory, and simulates the configured faults. For the demo, rehearsals and tests.
 *
 * `GET /api/staff?q=` searches for contained text, `?FIELD=` for an equal value, `&page=` selects a page (counted from 1). `POST /api/staff`
 * creates; `PUT` and `DELETE /api/staff/ID` replace and remove.
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

  /** Does not listen yet; see `openVisitorSystem`. */
  constructor(options: VisitorSystemOptions) {
    this.#options = { unique: 'mail', pageSize: 100, ...options };
  }

  /** The URL of the system, without a trailing slash. It stays the same after `goDown` and `comeBack`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** All records, in the order of creation. */
  records(): readonly VisitorRecord[] {
    return this.#records.all();
  }

  /** Values of a field (default: the unique field) that more than one record has. */
  repeated(field = this.#options.unique): readonly string[] {
    return this.#records.repeated(field);
  }

  /** Counters since the start. */
  counts(): VisitorCounts {
    return { ...this.#counts };
  }

  /** Adds a record, as a user of the system would. */
  add(fields: VisitorFields): VisitorRecord {
    return this.#records.create(fields);
  }

  /** Starts to listen, on the same port as before. No effect if it is already listening. */
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

  /** Calls `goDown`, for `await using`. */
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

  /** Responds to a committed write, unless a fault applies. */
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

/** Opens a visitor system without records. */
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
