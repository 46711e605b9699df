import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { defaultLimits } from '../../src/http/limits/limits.ts';
import { Site } from './site.ts';

test('a client with many connections through an unlisted proxy does not block the others', async () => {
  const site = await Site.make({ 'vestibule.yaml': '{}\n' });
  const { origin, hostname, port } = new URL(await site.start());
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  for (let opened = 0; opened <= defaultLimits.connectionsPerAddress; opened += 1) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    sockets.push(socket);
  }
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
});
