import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entraClaims, makeKey, signJwt, startKeyServer, tenantId } from '../support/key-server.ts';
import { Site } from './site.ts';

const userNames = async (tenantUrl: string, token: string) => {
  const response = await fetch(`${tenantUrl}/Users`, { headers: { authorization: `Bearer ${token}` } });
  const { Resources } = (await response.json()) as { readonly Resources: readonly { readonly userName: string }[] };
  return Resources.map(({ userName }) => userName);
};

const create = (tenantUrl: string, token: string, userName: string) =>
  fetch(`${tenantUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ userName }),
  });

test('two directories sign in, one with tokens of Entra and one with a client secret, and each sees only its own people', async () => {
  const key = makeKey('k1');
  const keyServer = await startKeyServer(key);
  const site = await Site.make({
    'vestibule.yaml': `sources:
  plant1: { entra: { tenant: ${tenantId}, authority: '${keyServer.authority}' } }
  plant2: {}
`,
  });
  const tenantUrl = await site.start();
  const admin = await site.admin();
  expect(existsSync(join(site.data, 'first-token'))).toBe(false);
  await expect(admin.createToken({ label: 'whose' })).rejects.toThrow('there are several sources: plant1, plant2');

  const jwt = await signJwt(key, entraClaims(new Date()));
  const { text: secret, newSource } = await admin.createToken({ label: 'entra', source: 'plant2', use: 'client', expiresInMs: 86_400_000 });
  expect(newSource).toBe(false);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'plant2', client_secret: secret });
  const granted = (await (await fetch(`${tenantUrl}/oauth/token`, { method: 'POST', body: form })).json()) as {
    readonly access_token: string;
  };
  expect((await create(tenantUrl, jwt, 'anna')).status).toBe(201);
  expect((await create(tenantUrl, granted.access_token, 'anna')).status).toBe(201);
  expect((await create(tenantUrl, granted.access_token, 'bert')).status).toBe(201);
  expect(await userNames(tenantUrl, jwt)).toEqual(['anna']);
  expect(await userNames(tenantUrl, granted.access_token)).toEqual(['anna', 'bert']);

  expect((await admin.createToken({ label: 'slip', source: 'plnat2' })).newSource).toBe(true);
  const status = await admin.status();
  expect(status.notes).toEqual([
    'source plnat2 is not in vestibule.yaml and uses the defaults. Add under sources in vestibule.yaml: plnat2: {}',
  ]);
  expect((await admin.check()).problems).toEqual([
    {
      file: expect.stringMatching(/vestibule\.yaml$/),
      path: 'sources',
      level: 'note',
      message: 'source plnat2 is not in vestibule.yaml and uses the defaults',
      hint: 'Add under sources in vestibule.yaml: plnat2: {}',
    },
  ]);
  expect(status.expiring).toMatchObject([{ source: 'plant2', use: 'client' }]);
  // Access tokens stay valid after a restart of the daemon.
  await site.kill();
  expect(await userNames(await site.start(), granted.access_token)).toEqual(['anna', 'bert']);
}, 60_000);
