import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pollUntil } from '../support/poll.ts';
import { entraClaims, entraTrust, makeKey, signJwt, startKeyServer } from '../support/key-server.ts';
import { runVestibule, startVestibule } from './daemon-process.ts';

test('readyz and status report an unreachable key server, and readyz stays 200', async () => {
  const key = makeKey('first');
  const keyServer = await startKeyServer(key);
  keyServer.behave('down');
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'config'));
  await writeFile(join(folder, 'config', 'vestibule.yaml'), JSON.stringify({ sources: { default: { entra: entraTrust(keyServer) } } }));
  const words = ['--config', join(folder, 'config'), '--data', join(folder, 'data')];
  const daemon = await startVestibule(...words);
  onTestFinished(async () => void (await daemon.stop()));
  const ready = async () => {
    const answer = await fetch(daemon.tenantUrl.replace('/scim', '/readyz'));
    return { status: answer.status, text: await answer.text() };
  };
  expect((await ready()).text).not.toContain('keys of Entra');
  const token = await signJwt(key, entraClaims(new Date()));
  await fetch(`${daemon.tenantUrl}/Users`, { headers: { authorization: `Bearer ${token}` } });
  const { status, text } = await ready();
  expect(status).toBe(200);
  expect(text).toContain('no access to the signing keys of Entra at http://127.0.0.1:');
  // The outbound half receives the report within a second.
  const said = '- no access to the signing keys of Entra at http://127.0.0.1:';
  await pollUntil('status reports it', async () => (await runVestibule('status', ...words)).out.includes(said));
});
