import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen, type ListenOptions, type Listener } from '../../../src/http/server.ts';
import type { AuthenticatedConnections } from '../../../src/http/limits/connection-limiter.ts';
import { pollUntil } from '../../support/poll.ts';
import { openRaw, type RawAnswer } from '../support/raw-connection.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
const answerFine: RequestListener = (_, response) => void response.end('"fine"');

async function open(options: Partial<ListenOptions> = {}, serve: RequestListener = answerFine): Promise<Listener> {
  const listening = await listen(serve, { address: '127.0.0.1', port: 0, graceMs: 0, ...options });
  onTestFinished(() => listening.close());
  return listening;
}

/** Expects an error in the format of RFC 7644 §3.12, followed by the end of the connection. */
function expectRefusal(answer: RawAnswer | undefined, status: number): void {
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/scim+json', connection: 'close' },
    body: { schemas: [errorUrn], status: String(status), detail: expect.stringMatching(/\w/) as unknown },
  });
}

/** Treats every client as authenticated. */
function authenticateEveryone(authenticated: AuthenticatedConnections): RequestListener {
  return (request, response) => {
    authenticated.add(request.socket);
    response.end('"fine"');
  };
}

/** A connection on which one request has been answered. */
async function openAuthenticated(port: number, localAddress?: string) {
  const client = await openRaw(port, localAddress);
  client.write(get('/'));
  await client.read(1);
  return client;
}

const get = (target: string, headers = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const post = (headers: string, body = '') => `POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
const many = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: 1\r\n`).join('');

test.each([
  ['one too many', many(100), /^Too many headers \(max 100\)/],
  ['a few too many', many(101), /^Too many headers \(max 100\)/],
  ['as many as fit', many(3000), /^Too many headers \(max 100\)/],
  ['large ones', Array.from({ length: 40 }, (_, index) => `X-${index}: ${'x'.repeat(1000)}\r\n`).join(''), /larger than 32768 bytes/],
])('headers that are %s are refused with the exact reason', async (_, headers, why) => {
  const { port } = await open();
  const client = await openRaw(port);
  client.write(get('/', headers));
  const [answer] = await client.readToEnd();
  expect(answer?.status).toBe(431);
  expect(answer?.body).toMatchObject({ detail: expect.stringMatching(why) as unknown });
});

describe('bytes that are not an HTTP request', () => {
  test.each<[string, string | Buffer, number]>([
    ['words', 'hello\r\n\r\n', 400],
    ['a TLS handshake', Buffer.from('160301020001000', 'hex'), 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown HTTP version', 'GET / HTTP/1.9\r\nHost: x\r\n\r\n', 400],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', get('/', 'Host: y\r\n'), 400],
    ['two Authorizations', get('/', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'), 400],
    ['a header without a colon', get('/', 'nonsense\r\n'), 400],
    ['a blank before the colon', get('/', 'A : b\r\n'), 400],
    ['a NUL in a header', get('/', 'A: b\0c\r\n'), 400],
    ['a folded header line', get('/', 'A: b\r\n c\r\n'), 400],
    ['a bare line feed in a header', get('/', 'A: b\rB: c\r\n'), 400],
    ['a NUL in the target', get('/a\0b'), 400],
    ['a blank in the target', get('/a b'), 400],
    ['a target with a byte beyond ASCII', get('/M\xfcller'), 400],
    ['a target with raw UTF-8', get('/M\xc3\xbcller'), 400],
    ['a percent sign alone', get('/?filter=100%'), 400],
    ['a percent sign before no digits', get('/%zz'), 400],
    ['percent-encoded bytes that are not UTF-8', get('/?filter=M%FCller'), 400],
    ['a surrogate, percent-encoded', get('/%ED%A0%80'), 400],
    ['two different lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
    ['an invalid length', post('Content-Length: one\r\n', 'a'), 400],
    ['a negative length', post('Content-Length: -1\r\n', 'a'), 400],
    ['both a length and chunks', post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['an unknown transfer encoding', post('Transfer-Encoding: chunky\r\n', '0\r\n\r\n'), 400],
    ['chunks that are not the last encoding', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'), 400],
    ['a proxy request', 'CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n', 405],
    ['another expectation', get('/', 'Expect: a-miracle\r\n'), 417],
    ['too many headers', get('/', many(100)), 431],
    ['headers that are too large', get('/', `A: ${'x'.repeat(33_000)}\r\n`), 431],
    ['many large headers', get('/', Array.from({ length: 40 }, (_, index) => `X-${index}: ${'x'.repeat(1000)}\r\n`).join('')), 431],
    ['a URL that is too long', get(`/?filter=${'x'.repeat(16_400)}`), 414],
    ['a URL without end', `GET /${'x'.repeat(40_000)}`, 431],
  ])('%s are refused with a SCIM error, and the next client is served', async (_, bytes, status) => {
    const { port } = await open();
    const client = await openRaw(port);
    client.write(bytes);
    const answers = await client.readToEnd();
    expect(answers).toHaveLength(1);
    expectRefusal(answers[0], status);
    const next = await openRaw(port);
    next.write(get('/', 'Connection: close\r\n'));
    expect(await next.readToEnd()).toMatchObject([{ status: 200 }]);
  });

  test.each([
    ['chunks without a size', 'zz\r\n'],
    ['a chunk longer than its size', '1\r\nabc\r\n0\r\n\r\n'],
    ['chunk extensions without end', `1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`],
  ])('%s end the request with an error', async (_, body) => {
    const { port } = await open({}, (request, response) => void request.on('end', () => response.end('"fine"')).resume());
    const client = await openRaw(port);
    client.write(post('Transfer-Encoding: chunked\r\n', body));
    const answers = await client.readToEnd();
    expectRefusal(answers[0], body.length > 10_000 ? 413 : 400);
    expect(answers).toHaveLength(1);
  });

  test('the largest allowed number of headers and the longest allowed URL are accepted', async () => {
    const { port } = await open();
    const client = await openRaw(port);
    client.write(get(`/${'x'.repeat(16_383)}`, `${many(98)}Connection: close\r\n`));
    expect(await client.readToEnd()).toMatchObject([{ status: 200 }]);
  });

  test.each([
    ['a URL in absolute form', get('http://other.test/a', 'Connection: close\r\n')],
    ['an upgrade request', get('/', 'Connection: close, Upgrade\r\nUpgrade: websocket\r\n')],
    ['an Expect: 100-continue without a body', get('/', 'Connection: close\r\nExpect: 100-continue\r\n')],
    ['HTTP/1.0 without a Host', 'GET / HTTP/1.0\r\n\r\n'],
  ])('%s is an ordinary request', async (_, bytes) => {
    const { port } = await open();
    const client = await openRaw(port);
    client.write(bytes);
    expect((await client.readToEnd()).at(-1)).toMatchObject({ status: 200 });
  });
});

test('an upgrade request is the last request of its connection', async () => {
  const { port } = await open();
  const client = await openRaw(port);
  client.write(get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  expect(await client.readToEnd()).toMatchObject([{ status: 200, headers: { connection: 'close' } }]);
});

test('a chunked request in HTTP/1.0 is the last request of its connection', async () => {
  const { port } = await open({}, (request, response) => {
    response.setHeader('Content-Length', 6);
    request.on('end', () => response.end('"fine"')).resume();
  });
  const client = await openRaw(port);
  client.write('POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  expect(await client.readToEnd()).toMatchObject([{ status: 200, headers: { connection: 'close' } }]);
});

describe('pipelined requests on one connection', () => {
  test('are answered in order, and invalid bytes are refused after the requests before them', async () => {
    const first = Promise.withResolvers<void>();
    const { port } = await open({}, (request, response) => {
      if (request.url === '/first') void first.promise.then(() => response.end('"first"'));
      else response.end('"second"');
    });
    const client = await openRaw(port);
    client.write(`${get('/first')}${get('/second')}nonsense\r\n\r\n`);
    await pollUntil('the bytes have arrived', () => client.socket.bytesWritten > 0);
    const early = client.answers.length;
    first.resolve();
    const answers = await client.readToEnd();
    expect(early).toBe(0);
    expect(answers.map(({ status, body }) => [status, status === 200 ? body : 'refused'])).toEqual([
      [200, 'first'],
      [200, 'second'],
      [400, 'refused'],
    ]);
  });

  test('are refused with 429 when there are too many, and later ones are not carried out', async () => {
    const release = Promise.withResolvers<void>();
    const seen: (string | undefined)[] = [];
    const { port } = await open({ limits: { pipelined: 3 } }, (request, response) => {
      seen.push(request.url);
      void release.promise.then(() => response.end('"fine"'));
    });
    const client = await openRaw(port);
    client.write(['/1', '/2', '/3', '/4', '/5'].map((path) => get(path)).join(''));
    await pollUntil('three have arrived', () => seen.length >= 3);
    release.resolve();
    const answers = await client.readToEnd();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.headers['retry-after']).toBe('1');
    expect(seen).toEqual(['/1', '/2', '/3']);
  });

  test('close the connection if the client does not read the responses', async () => {
    const { port } = await open({ limits: { pipelined: 3 } }, () => undefined);
    const client = await openRaw(port);
    client.write(Array.from({ length: 50 }, () => get('/')).join(''));
    expect(await client.readToEnd()).toEqual([]);
  });

  test('are unlimited in number if each gets its response before the next', async () => {
    const { port } = await open();
    const client = await openRaw(port);
    for (let round = 1; round <= 300; round += 1) {
      client.write(get('/'));
      await client.read(round);
    }
    expect(client.answers.filter(({ status }) => status === 200)).toHaveLength(300);
    expect(client.closed).toBe(false);
  });
});

describe('a slow client', () => {
  const quick = { headMs: 150, requestMs: 300 };

  test.each([
    ['sends nothing', ''],
    ['stops in the request line', 'GET /'],
    ['stops in the headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['stops in the body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
  ])('that %s is ended with 408', async (_, bytes) => {
    const { port } = await open({ limits: quick }, (request, response) => void request.on('end', () => response.end()).resume());
    const client = await openRaw(port);
    if (bytes !== '') client.write(bytes);
    expectRefusal((await client.readToEnd())[0], 408);
  });

  test.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nA: ', 'x'],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', 'x'],
  ])('that sends %s byte by byte is ended too, and forty of them delay no other client', async (_, start, drop) => {
    const { port } = await open({ limits: quick }, (request, response) => {
      if (request.method === 'GET') response.end('"fine"');
      else request.on('end', () => response.end()).resume();
    });
    const slow = await Promise.all(Array.from({ length: 40 }, () => openRaw(port)));
    for (const client of slow) client.write(start);
    const dripping = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write(drop);
    }, 20);
    onTestFinished(() => clearInterval(dripping));
    const quickOne = await openRaw(port);
    quickOne.write(get('/', 'Connection: close\r\n'));
    expect(await quickOne.readToEnd()).toMatchObject([{ status: 200 }]);
    for (const client of slow) expectRefusal((await client.readToEnd())[0], 408);
  });

  test('that does not read its response is disconnected', async () => {
    const closed = Promise.withResolvers<void>();
    const { port } = await open({ limits: { stallMs: 200 } }, (request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.end(Buffer.alloc(50_000_000));
    });
    const client = await openRaw(port);
    client.socket.pause();
    client.write(get('/'));
    await closed.promise;
  });
});

describe('connections', () => {
  test('beyond the limit of an address are refused with 429, other addresses are served, and a freed place is used again', async () => {
    const authenticated = new WeakSet<Socket>();
    const { port } = await open(
      { limits: { connectionsPerAddress: 2, connections: 10 }, authenticated },
      authenticateEveryone(authenticated),
    );
    const [first] = [await openAuthenticated(port), await openAuthenticated(port)];
    const third = await openRaw(port);
    expectRefusal((await third.readToEnd())[0], 429);
    expect(third.answers[0]?.headers['retry-after']).toBe('5');
    const other = await openRaw(port, '127.0.0.2');
    other.write(get('/'));
    expect(await other.read(1)).toMatchObject([{ status: 200 }]);
    first.socket.destroy();
    await pollUntil('the place is free', async () => {
      const next = await openRaw(port);
      next.write(get('/'));
      return (await next.read(1))[0]?.status === 200;
    });
  });

  test('beyond the total limit are refused with 503, whatever they send', async () => {
    const authenticated = new WeakSet<Socket>();
    const { port } = await open({ limits: { connections: 2 }, authenticated }, authenticateEveryone(authenticated));
    const [first] = [await openAuthenticated(port), await openAuthenticated(port, '127.0.0.2')];
    const third = await openRaw(port, '127.0.0.3');
    third.write(get('/'));
    expectRefusal((await third.readToEnd())[0], 503);
    expect(third.answers).toHaveLength(1);
    first.write(get('/'));
    expect(await first.read(2)).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  test.each([['127.0.0.1'], ['127.0.0.0/8']])('of a trusted proxy (%s) are not limited by address', async (proxy) => {
    const { port } = await open({ limits: { connectionsPerAddress: 1, connections: 10 }, trustedProxies: [proxy] });
    const clients = [await openRaw(port), await openRaw(port), await openRaw(port)];
    for (const client of clients) {
      client.write(get('/'));
      expect(await client.read(1)).toMatchObject([{ status: 200 }]);
    }
  });
});
