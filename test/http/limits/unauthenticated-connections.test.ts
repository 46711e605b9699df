import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src/http/server.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { pollUntil } from '../../support/poll.ts';
import { openRaw, RawConnection } from '../support/raw-connection.ts';
import { startScimServer, type ScimServer, type ScimServerOptions } from '../support/scim-server.ts';

const proxy = '127.0.0.9';
const healthz = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

const slowPost = (client: string) =>
  `POST /scim/oauth/token HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${client}\r\nContent-Length: 3000\r\n\r\ng`;

const rightRequest = ({ token }: ScimServer, headers = '') =>
  `GET /scim/Users?count=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${headers}\r\n`;

function open(limits: { connections: number; connectionsPerAddress: number }, options: ScimServerOptions = {}): Promise<ScimServer> {
  return startScimServer({ ...options, listen: { limits, trustedProxies: [proxy] } });
}

/** Opens unauthenticated connections, each of which has sent these bytes. */
async function crowd({ port }: ScimServer, addresses: readonly string[], bytes = ''): Promise<readonly RawConnection[]> {
  const connections: RawConnection[] = [];
  for (const address of addresses) {
    const connection = await openRaw(port, address);
    if (bytes !== '') connection.write(bytes);
    connections.push(connection);
  }
  return connections;
}

async function ask(connection: RawConnection, bytes: string): Promise<number | undefined> {
  const before = connection.answers.length;
  connection.write(bytes);
  return (await connection.read(before + 1))[before]?.status;
}

/** The addresses from 127.0.0.(from), each repeated this number of times. */
function addresses(from: number, count: number, times = 1): readonly string[] {
  return Array.from({ length: count * times }, (_, index) => `127.0.0.${from + Math.floor(index / times)}`);
}

describe('a valid token is served while unauthenticated connections have reached the limit', () => {
  const limits = { connections: 10, connectionsPerAddress: 4 };

  test.each([
    ['that send nothing', ''],
    ['that are kept alive', healthz],
    ['that stop in the headers', 'GET / HTTP/1.1\r\n'],
    ['that stop in the body', slowPost('6.6.6.6')],
  ])('in connections %s', async (_, bytes) => {
    const server = await open(limits);
    const unauthenticated = await crowd(server, addresses(20, 5, 2), bytes);
    if (bytes === healthz) await Promise.all(unauthenticated.map((connection) => connection.read(1)));
    const right = await openRaw(server.port);
    expect(await ask(right, rightRequest(server))).toBe(200);
    const [first] = await unauthenticated[0]!.readToEnd().then((answers) => answers.toReversed());
    expect(first?.status).toBe(408);
    expect(unauthenticated.filter(({ closed }) => closed)).toHaveLength(1);
  });

  test('in connections from its own address', async () => {
    const server = await open(limits);
    await crowd(server, addresses(1, 1, 4));
    expect(await ask(await openRaw(server.port), rightRequest(server))).toBe(200);
  });

  test('in requests that a trusted proxy forwards, from one client or from many', async () => {
    const server = await open({ connections: 10, connectionsPerAddress: 10 });
    await crowd(server, addresses(9, 1, 5), slowPost('6.6.6.6'));
    for (const client of ['6.6.1.1', '6.6.1.2', '6.6.1.3', '6.6.1.4', '6.6.1.5']) {
      await crowd(server, [proxy], slowPost(client));
    }
    expect(await ask(await openRaw(server.port, proxy), rightRequest(server, 'X-Forwarded-For: 20.0.0.1\r\n'))).toBe(200);
  });
});

describe('a connection that has sent a valid token', () => {
  test('is not closed for unauthenticated connections, however many arrive', async () => {
    const server = await open({ connections: 5, connectionsPerAddress: 5 });
    const authenticated = await openRaw(server.port);
    expect(await ask(authenticated, rightRequest(server))).toBe(200);
    for (const address of addresses(20, 12)) expect(await ask(await openRaw(server.port, address), healthz)).toBe(200);
    expect(authenticated.closed).toBe(false);
    expect(await ask(authenticated, rightRequest(server))).toBe(200);
  });

  test('stays open if only such connections are open, and a new one is refused', async () => {
    const server = await open({ connections: 2, connectionsPerAddress: 5 });
    for (let count = 0; count < 2; count += 1) expect(await ask(await openRaw(server.port), rightRequest(server))).toBe(200);
    const unauthenticated = await openRaw(server.port, '127.0.0.20');
    expect((await unauthenticated.readToEnd())[0]?.status).toBe(503);
  });

  test('counts as unauthenticated again when the next request on it has no token, for example from another client behind a proxy', async () => {
    const server = await open({ connections: 2, connectionsPerAddress: 5 });
    const shared = await openRaw(server.port, proxy);
    expect(await ask(shared, rightRequest(server))).toBe(200);
    expect(await ask(await openRaw(server.port), rightRequest(server))).toBe(200);
    expect(await ask(shared, healthz)).toBe(200);
    expect(await ask(await openRaw(server.port), rightRequest(server))).toBe(200);
    await shared.readToEnd();
  });

  test('may be one that received an access token', async () => {
    const server = await open({ connections: 2, connectionsPerAddress: 5 });
    const { text: secret } = await server.tokens.create({ label: 'entra', use: 'client' });
    const body = `grant_type=client_credentials&client_id=default&client_secret=${secret}`;
    const authenticated = await openRaw(server.port);
    expect(await ask(authenticated, `POST /scim/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`)).toBe(
      200,
    );
    await crowd(server, addresses(20, 3));
    expect(await ask(authenticated, healthz)).toBe(200);
  });
});

test('the closed connection is the unauthenticated one with the oldest request at the address with the most such connections', async () => {
  const server = await open({ connections: 5, connectionsPerAddress: 5 });
  const [single] = await crowd(server, ['127.0.0.20']);
  const greedy = await crowd(server, addresses(21, 1, 3));
  const other = await crowd(server, ['127.0.0.22']);
  expect(await ask(greedy[0]!, healthz)).toBe(200);
  await crowd(server, ['127.0.0.23']);
  await greedy[1]!.readToEnd();
  expect([single, greedy[0], greedy[2], ...other].map((one) => one?.closed)).toEqual([false, false, false, false]);
});

test('one client behind a trusted proxy may have as many unfinished requests as an address may have connections', async () => {
  const server = await open({ connections: 50, connectionsPerAddress: 3 });
  const slow = await crowd(server, addresses(9, 1, 5), slowPost('6.6.6.6'));
  await pollUntil('two were closed to make room', () => slow.filter(({ closed }) => closed).length >= 2);
  expect(slow.map(({ closed }) => closed)).toEqual([true, true, false, false, false]);
  expect(slow[0]?.answers).toMatchObject([{ status: 408 }]);
});

describe('a request for an access token', () => {
  const head = 'POST /scim/oauth/token HTTP/1.1\r\nHost: x\r\n';

  test('that does not arrive in time is refused with 408 in the format of OAuth', async () => {
    const server = await startScimServer({ settings: { tokenBody: { maxBytes: 100, maxMs: 100 } } });
    const slow = await openRaw(server.port);
    slow.write(`${head}Content-Length: 50\r\n\r\ng`);
    expect(await slow.readToEnd()).toMatchObject([{ status: 408, headers: { connection: 'close' }, body: { error: 'invalid_request' } }]);
  });

  test('may have at most 16 KiB', async () => {
    const server = await startScimServer();
    const large = await openRaw(server.port);
    large.write(`${head}Content-Length: 16385\r\n\r\n${'g'.repeat(16_385)}`);
    expect(await large.read(1)).toMatchObject([{ status: 413, body: { error: 'invalid_request' } }]);
    const fits = await openRaw(server.port);
    expect(await ask(fits, `${head}Content-Length: 16384\r\n\r\n${'g'.repeat(16_384)}`)).toBe(400);
  });
});

test('unfinished handshakes do not block clients that finish theirs', async () => {
  const tls = makeCertificate();
  const limits = { connections: 4, connectionsPerAddress: 4 };
  const serve = (_: unknown, response: { end: (text: string) => unknown }) => void response.end('"fine"');
  const listening = await listen(serve, { address: '127.0.0.1', port: 0, graceMs: 0, tls, limits });
  onTestFinished(() => listening.close());
  const silent = Array.from({ length: 8 }, () => new RawConnection(connectPlain(listening.port, '127.0.0.1')));
  await pollUntil('all but the last four are closed', () => silent.filter(({ closed }) => closed).length === 4);
  const socket = connect({ host: '127.0.0.1', port: listening.port, ca: tls.cert, servername: 'localhost' });
  await once(socket, 'secureConnect');
  expect(await ask(new RawConnection(socket), healthz)).toBe(200);
  expect(silent.filter(({ closed }) => closed)).toHaveLength(5);
});
