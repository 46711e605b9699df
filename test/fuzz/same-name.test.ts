import { request, Agent } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { FuzzedDaemon } from './daemon.ts';

const times = 1_000;

/** The name with different capitals for each number. */
function inOtherCase(name: string, number: number): string {
  return Array.from(name, (letter, at) => ((number >> (at % 10)) % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('');
}

test.each([
  ['userName', '/Users', 'anna.katharina@contoso.test'],
  ['displayName', '/Groups', 'Visitor Hosts of Building Nine'],
])('of 1,000 concurrent creates of one %s in different letter case, exactly one succeeds', async (attribute, path, name) => {
  const daemon = await FuzzedDaemon.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  onTestFinished(async () => {
    agent.destroy();
    await daemon.remove();
  });
  const token = await daemon.createToken('default');
  const send = async (method: string, target: string, body?: object) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: unknown }>();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    const sent = request({ agent, host: '127.0.0.1', port: daemon.port, method, path: `/scim${target}`, headers });
    sent.on('error', reject);
    sent.on('response', (response) => {
      json(response).then((value) => resolve({ status: response.statusCode, body: value }), reject);
    });
    sent.end(body && JSON.stringify(body));
    return promise;
  };

  const names = Array.from({ length: times }, (_, number) => inOtherCase(name, number));
  const answers = await Promise.all(names.map((one) => send('POST', path, { [attribute]: one })));

  expect(new Set(names).size).toBe(times);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.every(({ status }) => status === 409)).toBe(true);
  expect(refused.every(({ body }) => (body as { scimType: unknown }).scimType === 'uniqueness')).toBe(true);
  const made = answers.find(({ status }) => status === 201)?.body as Record<string, unknown>;
  const list = (await send('GET', path)).body as { totalResults: number; Resources: Record<string, unknown>[] };
  expect(list.totalResults).toBe(1);
  expect(list.Resources[0]).toMatchObject({ id: made['id'], [attribute]: made[attribute] });
});
