import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src/domain/logger.ts';
import type { RecordConnection } from '../../../../src/outbound/drivers/driver.ts';
import { restDriver } from '../../../../src/outbound/drivers/rest/index.ts';
import { aDelivery } from '../../../support/builders.ts';
import { TestClock } from '../../../support/test-clock.ts';

it('values of the Target are inserted by name, escaped for their context', async () => {
  const heard: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { 'x-all': all = '', 'x-call': call = '' } = request.headers;
    heard.push([request.method, request.url, String(all), String(call), await text(request)].join(' '));
    response.setHeader('content-type', 'application/json').end(request.method === 'GET' ? '{"staff":[]}' : '{"id":7}');
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const settings = restDriver.settings.parse({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers: { 'X-All': 'k {hook}', 'X-Braces': '{"not":"ours"}' },
    find: { get: '/{site}/staff?s={site}&q={Email}', items: 'body.staff' },
    create: {
      post: '/{site}/staff',
      with: { site: '{site}', note: 'at {site}', mark: '{Email}' },
      headers: { 'X-Call': '{hook}' },
      key: 'body.id',
    },
  });
  const definition = { target: 'desk', match: [['Email']], can: ['create'], folder: '/' } as const;
  const values = { site: 'a/b &c', hook: 's3cr3t' };
  const connection = restDriver.open(
    settings,
    { log: silentLogger, clock: new TestClock(), definition, workFolder: '/nowhere', values },
    'write',
  ) as RecordConnection;
  onTestFinished(() => connection.close());
  const signal = new AbortController().signal;
  const delivery = aDelivery({ rows: [{ Email: 'anna@x.test' }] });
  await connection.find?.(delivery, signal);
  for await (const { outcome } of connection.deliver([delivery], { signal, notAfter: new Date('2100-01-01') })) {
    expect(outcome).toEqual({ status: 'done', key: '7' });
  }
  expect(heard).toEqual([
    'GET /a%2Fb%20%26c/staff?s=a%2Fb%20%26c&q=anna%40x.test k s3cr3t  ',
    // Constants of a call can contain only values of the Target: {Email} is not one.
    'POST /a%2Fb%20%26c/staff k s3cr3t s3cr3t {"Email":"anna@x.test","site":"a/b &c","note":"at a/b &c","mark":"{Email}"}',
  ]);
});
