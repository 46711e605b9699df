import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { Limits } from '../../../src/http/limits/limits.ts';
import { listen } from '../../../src/http/server.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { pollUntil } from '../../support/poll.ts';
import { RawConnection } from '../support/raw-connection.ts';

const tls = makeCertificate();
const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function open(limits: Partial<Limits> = {}): Promise<number> {
  const listening = await listen((_, response) => void response.end('"fine"'), { address: '127.0.0.1', port: 0, graceMs: 0, tls, limits });
  onTestFinished(() => listening.close());
  return listening.port;
}

async function openTls(port: number, options: ConnectionOptions = {}): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, ca: tls.cert, servername: 'localhost', ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return new RawConnection(socket);
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a listener with a certificate speaks %s', async (version) => {
  const client = await openTls(await open(), { minVersion: version, maxVersion: version });
  client.write(get);
  expect(await client.read(1)).toMatchObject([{ status: 200, body: 'fine' }]);
});

test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused, and the next client is served', async (version) => {
  const port = await open();
  // The lowest security level, so that the server and not this client refuses the connection.
  await expect(openTls(port, { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow(
    /protocol version|ECONNRESET/,
  );
  const client = await openTls(port);
  client.write(get);
  expect(await client.read(1)).toMatchObject([{ status: 200 }]);
});

test('a client that sends plain HTTP to TLS is disconnected without a response', async () => {
  const socket = new RawConnection(connectPlain(await open(), '127.0.0.1'));
  socket.write(get);
  expect(await socket.readToEnd()).toEqual([]);
});

test('a handshake that never starts is ended after a time-out', async () => {
  const socket = new RawConnection(connectPlain(await open({ handshakeMs: 100 }), '127.0.0.1'));
  expect(await socket.readToEnd()).toEqual([]);
});

test('bytes that are not an HTTP request are refused over TLS too', async () => {
  const client = await openTls(await open());
  client.write('hello\r\n\r\n');
  expect(await client.readToEnd()).toMatchObject([{ status: 400, headers: { 'content-type': 'application/scim+json' } }]);
});

test('a connection that is closed to make room gets its response after the handshake', async () => {
  const port = await open({ connectionsPerAddress: 2 });
  const first = await openTls(port);
  await openTls(port);
  const third = await openTls(port);
  expect(await first.readToEnd()).toMatchObject([{ status: 408 }]);
  third.write(get);
  expect(await third.read(1)).toMatchObject([{ status: 200 }]);
});

test('an address may have as many unfinished handshakes as connections', async () => {
  const port = await open({ connectionsPerAddress: 2, handshakeMs: 60_000 });
  await openTls(port);
  const done = await openTls(port);
  const waiting = Array.from({ length: 4 }, () => new RawConnection(connectPlain(port, '127.0.0.1')));
  await pollUntil('two are closed', () => waiting.filter(({ closed }) => closed).length === 2);
  done.write(get);
  expect(await done.read(1)).toMatchObject([{ status: 200 }]);
});
