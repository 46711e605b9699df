import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Addresses of the systems, as the process prints them in one line of JSON. */
export interface FakeSystems {
  readonly rest: string;
  readonly scim: string;
}

/** The number of writes of each system so far, the answer to `GET /counts` at the address of the REST system. */
export interface FakeCounts {
  readonly rest: number;
  readonly scim: number;
}

/** The people of one system, found by one field in constant time, so that the system is never the bottleneck. */
class Holdings {
  writes = 0;
  readonly #byKey = new Map<string, Record<string, unknown>>();
  readonly #keyByValue = new Map<string, string>();
  #nextKey = 1;

  write(key: string | undefined, unique: string, fields: Record<string, unknown>): Record<string, unknown> {
    this.writes += 1;
    const id = key ?? String(this.#nextKey++);
    const record = { ...this.#byKey.get(id), ...fields, id };
    this.#byKey.set(id, record);
    if (unique !== '') this.#keyByValue.set(unique.toLowerCase(), id);
    return record;
  }

  find(unique: string): readonly Record<string, unknown>[] {
    const record = this.#byKey.get(this.#keyByValue.get(unique.toLowerCase()) ?? '');
    return record === undefined ? [] : [record];
  }
}

/** A visitor system with a proprietary API and one that supports SCIM, in one process, separate from the daemon that is measured. */
async function serveSystems(): Promise<void> {
  const staff = new Holdings();
  const users = new Holdings();
  const rest = await listen((request, response) => {
    if (request.url === '/counts') return send(response, 200, { rest: staff.writes, scim: users.writes });
    void answerRest(staff, request, response);
  });
  const scim = await listen((request, response) => void answerScim(users, request, response));
  process.stdout.write(`${JSON.stringify({ rest, scim } satisfies FakeSystems)}\n`);
  // The process that started us holds the other end.
  process.stdin.resume().once('close', () => process.exit());
}

async function answerRest(staff: Holdings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET') return send(response, 200, { staff: staff.find(url.searchParams.get('number') ?? '') });
  const fields = JSON.parse(await text(request)) as Record<string, unknown>;
  const key = /^\/api\/staff\/(\w+)$/.exec(url.pathname)?.[1];
  send(response, key === undefined ? 201 : 200, staff.write(key, toText(fields['number']), fields));
}

async function answerScim(users: Holdings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET') {
    const userName = /^userName eq "(.*)"$/.exec(url.searchParams.get('filter') ?? '')?.[1] ?? '';
    const found = users.find(userName);
    return send(response, 200, { totalResults: found.length, Resources: found });
  }
  const fields = JSON.parse(await text(request)) as Record<string, unknown>;
  const key = /^\/Users\/(\w+)$/.exec(url.pathname)?.[1];
  send(response, key === undefined ? 201 : 200, users.write(key, toText(fields['userName']), key === undefined ? fields : {}));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

if (import.meta.main) await serveSystems();
