import * as http from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen, type Listener } from '../../src/http/server.ts';
import { exchange } from './support/exchange.ts';

async function open(serve: http.RequestListener, graceMs?: number): Promise<{ listening: Listener; url: string; agent: http.Agent }> {
  const listening = await listen(serve, { address: '127.0.0.1', port: 0, ...(graceMs !== undefined && { graceMs }) });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(async () => {
    agent.destroy();
    await listening.close();
  });
  return { listening, url: `http://127.0.0.1:${listening.port}/`, agent };
}

describe('a listener', () => {
  test('that is closed answers open requests, ends idle connections, and accepts no new ones', async () => {
    const waiting = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { listening, url, agent } = await open((request, response) => {
      if (request.url !== '/slow') return response.end('done');
      arrived.resolve();
      void waiting.promise.then(() => response.end('done'));
    });
    await exchange(agent, 'GET', url, {});
    const slow = exchange(new http.Agent({ keepAlive: true }), 'GET', `${url}slow`, {});
    await arrived.promise;
    const closed = listening.close();
    waiting.resolve();
    expect(await slow).toMatchObject({ status: 200, text: 'done', headers: { connection: 'close' } });
    await closed;
    await expect(exchange(new http.Agent(), 'GET', url, {})).rejects.toThrow('ECONNREFUSED');
    await listening.close();
  });

  test('closes connections that do not end within the grace period', async () => {
    const arrived = Promise.withResolvers<void>();
    const { listening, url } = await open(() => arrived.resolve(), 50);
    const never = exchange(new http.Agent(), 'GET', url, {});
    never.catch(() => undefined);
    await arrived.promise;
    await listening.close();
    await expect(never).rejects.toThrow('socket hang up');
  });

  test('refuses headers that are too large', async () => {
    const { url, agent } = await open((_, response) => response.end());
    expect((await exchange(agent, 'GET', url, { headers: { 'x-large': 'x'.repeat(40_000) } })).status).toBe(431);
  });

  test('answers bytes that are not HTTP with 400 and continues', async () => {
    const { listening, url, agent } = await open((_, response) => response.end('fine'));
    const socket = connect(listening.port, '127.0.0.1');
    socket.write('hello\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400/);
    expect((await exchange(agent, 'GET', url, {})).text).toBe('fine');
  });

  test('reports a port that is in use', async () => {
    const { listening } = await open((_, response) => response.end());
    await expect(listen(() => undefined, { address: '127.0.0.1', port: listening.port })).rejects.toThrow('EADDRINUSE');
  });
});
