import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LimitDatabase } from './database.ts';

/** Serves the fixed shapes of the benchmark over a database file, as cheaply as Node can; prints its address when it listens. */
export function serveLimit(file: string): void {
  const database = new LimitDatabase(file);
  const server = createServer((request, response) => {
    if (request.method === 'GET') answerFind(database, request, response);
    else readBody(request, (text) => route(database, request, text, response));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  });
}

function route(database: LimitDatabase, request: IncomingMessage, text: string, response: ServerResponse): void {
  const [, type, id = ''] = (request.url ?? '').split('/');
  const created = (body: string) => send(response, 201, body);
  const ok = (body: string) => send(response, 200, body);
  const empty = () => send(response, 204, '');
  if (type === 'Users' && request.method === 'POST') database.createUser(text, created);
  else if (type === 'Users' && request.method === 'PATCH') database.patchUser(id, text, ok);
  else if (type === 'Users' && request.method === 'DELETE') database.removeUser(id, empty);
  else if (type === 'Groups' && request.method === 'POST') database.createGroup(text, created);
  else if (type === 'Groups' && request.method === 'PATCH') database.addMembers(id, text, empty);
  else send(response, 404, '');
}

function answerFind(database: LimitDatabase, request: IncomingMessage, response: ServerResponse): void {
  const userName = /userName%20eq%20%22(.*)%22/.exec(request.url ?? '')?.[1] ?? '';
  const body = database.find(decodeURIComponent(userName));
  const total = body === '' ? 0 : 1;
  const list = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":${total},"startIndex":1,"itemsPerPage":${total},"Resources":[${body}]}`;
  send(response, 200, list);
}

function readBody(request: IncomingMessage, use: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => use(Buffer.concat(chunks).toString()));
}

function send(response: ServerResponse, status: number, body: string): void {
  if (status === 204) response.writeHead(204);
  else response.writeHead(status, { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

if (import.meta.main) serveLimit(process.argv[2] ?? '');
