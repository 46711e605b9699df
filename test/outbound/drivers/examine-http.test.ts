import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StepResult } from '../../../src/domain/examination.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { openRedactor } from '../../../src/domain/redactor.ts';
import { withRedactedSteps } from '../../../src/outbound/drivers/redact-connection.ts';
import { restDriver } from '../../../src/outbound/drivers/rest/index.ts';
import { scimDriver } from '../../../src/outbound/drivers/scim/index.ts';
import { openVisitorSystem } from '../../../src/rehearsal/visitor-system.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { examineAll } from '../../contracts/examination-contract.ts';
import { makeCertificate, type CertificateWish } from '../../support/certificate.ts';

const find = { get: '/api/staff?q={mail}', items: 'body.staff', key: 'item.id' };
const list = { get: '/api/staff?page={page}', items: 'body.staff', key: 'item.id', pages: { from: 1, until: 'size(body.staff) == 0' } };
const definition = { target: 'vms', match: [['mail']], can: ['create', 'update'], folder: '/' } as const;

interface Looking {
  readonly limitMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

/** Examines a REST Target with its calls and these settings. */
function examine(
  settings: Readonly<Record<string, unknown>>,
  { limitMs, env = {}, secrets = [] }: Looking = {},
): Promise<readonly StepResult[]> {
  const parsed = restDriver.settings.parse({ find, list, ...settings });
  const deps = { log: silentLogger, clock: systemClock, definition, workFolder: '/nowhere', env: (name: string) => env[name] };
  return examineAll(withRedactedSteps(restDriver.examine(parsed, deps), openRedactor(secrets)), limitMs);
}

const at = (steps: readonly StepResult[], name: StepResult['step']) => steps.find(({ step }) => step === name);

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An HTTPS server with this self-signed certificate, and a file with the certificate. */
async function openTls(wish: CertificateWish = {}): Promise<{ readonly port: number; readonly ca: string }> {
  const { cert, key } = makeCertificate(wish);
  const port = await listening(createTlsServer({ cert, key }, (_, response) => void response.end('{"staff":[]}')));
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.pem'), cert);
  return { port, ca: join(folder, 'ca.pem') };
}

/** An HTTP server that responds to every GET with `answer`, and its received requests. */
async function openServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    answer(request, response);
  });
  const port = await listening(server);
  onTestFinished(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${port}`, asked };
}

const json = (response: ServerResponse, body: unknown, status = 200) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

describe('the requests of a step', () => {
  it('are shown with the whole address even if the step fails, without secrets and probe values', async () => {
    const { url } = await openServer((_, response) => json(response, { message: 'no such page' }, 404));
    const settings = { url: `${url}/path-s3cret`, auth: { bearer: 'bearer-s3cret' }, probe: { get: '/ping?key=query-s3cret' } };
    const steps = await examine(settings, { secrets: ['path-s3cret', 'query-s3cret'] });
    expect(at(steps, 'signIn')).toMatchObject({ result: 'failed', asked: [`GET ${url}/[hidden]/ping?key=[hidden]`] });
    expect(JSON.stringify(steps)).not.toContain('s3cret');
  });

  it('are those of the steps that ran', async () => {
    const { url } = await openServer((_, response) => json(response, { staff: [] }));
    const asked = (await examine({ url })).map((step) => [step.step, step.asked]);
    const call = `GET ${url}/api/staff?q={mail}`;
    expect(asked.slice(1)).toEqual([
      ['connect', undefined],
      ['signIn', [call]],
      ['find', [call]],
      ['list', [`GET ${url}/api/staff?page={page}`]],
    ]);
    const broken = await examine({ url: 'http://127.0.0.1:1' });
    expect(at(broken, 'signIn')).not.toHaveProperty('asked');
  });
});

describe('the step that connects', () => {
  const failed = (message: string | RegExp, hint: string | RegExp) => ({
    result: 'failed',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });

  it('reports a host name that cannot be resolved', async () => {
    // The resolver of this machine rejects a label of more than 63 letters, so no DNS request is sent.
    const name = `${'x'.repeat(64)}.test`;
    expect(at(await examine({ url: `https://${name}/api` }), 'connect')).toMatchObject(
      failed(`^The name ${name} cannot be resolved$`, 'DNS of this machine'),
    );
  });

  it('reports a port that refuses connections', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await new Promise((closed) => server.close(closed));
    expect(at(await examine({ url: `http://127.0.0.1:${port}` }), 'connect')).toMatchObject(
      failed(`^Connection refused by 127\\.0\\.0\\.1:${port}$`, 'Check that the system is running'),
    );
  });

  it('reports a self-signed certificate, and passes when it is listed in tls.ca', async () => {
    const { port, ca } = await openTls();
    const url = `https://localhost:${port}`;
    expect(at(await examine({ url }), 'connect')).toMatchObject(failed('^The certificate of localhost is self-signed', 'tls\\.ca'));
    const steps = await examine({ url, tls: { ca } });
    expect(at(steps, 'connect')).toMatchObject({
      result: 'passed',
      message: `Connected to localhost:${port} (127.0.0.1); TLSv1.3, certificate valid until 2049-12-31`,
    });
    expect(at(steps, 'signIn')).toMatchObject({ result: 'passed' });
  });

  it.each<readonly [string, CertificateWish, string, string]>([
    ['has expired', { until: '210301000000Z' }, '^The certificate of localhost expired on 2021-03-01$', 'Renew'],
    ['is not valid yet', { from: '490101000000Z' }, '^The certificate of localhost is not valid before 2049-01-01$', 'clock'],
    [
      'is for another name',
      { name: 'vms.contoso.test' },
      '^The certificate is for another name: vms\\.contoso\\.test, not localhost$',
      'use a host name',
    ],
  ])('reports a certificate that %s', async (_, wish, message, hint) => {
    const { port, ca } = await openTls(wish);
    expect(at(await examine({ url: `https://localhost:${port}`, tls: { ca } }), 'connect')).toMatchObject(failed(message, hint));
  });

  it('reports a port that does not speak TLS', async () => {
    const { url } = await openServer((_, response) => json(response, {}));
    const port = new URL(url).port;
    expect(at(await examine({ url: `https://localhost:${port}` }), 'connect')).toMatchObject(
      failed(`^localhost:${port} does not answer with TLS`, 'http or https'),
    );
  });

  it('reports a server that closes the connection, and one that does not answer', async () => {
    const cutting = await listening(createTcpServer((socket) => socket.destroy()));
    expect(at(await examine({ url: `https://127.0.0.1:${cutting}` }), 'connect')).toMatchObject({ result: 'failed' });
    const silent = createTcpServer();
    const port = await listening(silent);
    const steps = await examine({ url: `https://127.0.0.1:${port}` }, { limitMs: 300 });
    expect(at(steps, 'connect')).toMatchObject(failed('^No answer within 0\\.3 s$', '--timeout'));
  });

  it('reports a certificate file that cannot be read or is invalid', async () => {
    const { port, ca } = await openTls();
    const url = `https://localhost:${port}`;
    expect(at(await examine({ url, tls: { ca: '/nowhere/ca.pem' } }), 'connect')).toMatchObject(failed('/nowhere/ca\\.pem', 'tls'));
    await writeFile(`${ca}.key`, 'no key');
    expect(at(await examine({ url, tls: { ca, cert: ca, key: `${ca}.key` } }), 'connect')).toMatchObject(
      failed('^The files under settings\\.tls cannot be used', 'PEM'),
    );
  });

  it('is skipped when requests go through a proxy', async () => {
    const { url } = await openServer((_, response) => json(response, { staff: [] }));
    const proxied = await examine({ url }, { env: { HTTP_PROXY: 'http://proxy.test:3128' } });
    expect(at(proxied, 'connect')).toMatchObject({ result: 'notAvailable', message: expect.stringContaining('HTTP_PROXY') });
    const exempt = await examine({ url }, { env: { HTTP_PROXY: 'http://proxy.test:3128', no_proxy: 'other.test,127.0.0.1' } });
    expect(at(exempt, 'connect')).toMatchObject({ result: 'passed' });
  });
});

describe('the examination of a REST Target', () => {
  it('sends GET requests only, with probe values and for the first page', async () => {
    const staff = [{ id: 1, mail: 'anna@contoso.test' }];
    const { url, asked } = await openServer(({ url: path }, response) => json(response, { staff: path?.includes('page=') ? staff : [] }));
    const steps = await examine({ url, auth: { bearer: 'secret' }, create: { post: '/api/staff', key: 'body.id' } });
    expect(steps.map(({ step, result }) => [step, result])).toEqual([
      ['settings', 'passed'],
      ['connect', 'passed'],
      ['signIn', 'passed'],
      ['find', 'passed'],
      ['list', 'passed'],
    ]);
    const madeUp = 'GET /api/staff?q=nobody@vestibule.invalid';
    expect(asked).toEqual([madeUp, madeUp, 'GET /api/staff?page=1']);
    expect(at(steps, 'list')?.message).toBe('GET /api/staff?page={page} returns 1 record on the first page, all with mail');
  });

  it('reports a wrong path in the sign-in step', async () => {
    await using system = await openVisitorSystem({ random: () => 0 });
    const steps = await examine({ url: `${system.url}/vms4` });
    expect(at(steps, 'connect')).toMatchObject({ result: 'passed' });
    expect(at(steps, 'signIn')).toMatchObject({
      result: 'failed',
      message: 'answered 404: no such page',
      hint: expect.stringContaining('path'),
    });
    expect(system.counts().requests).toBe(1);
  });

  it('fails when the product ignores the filter, because everyone would be created twice', async () => {
    await using system = await openVisitorSystem({ random: () => 0 });
    for (const mail of ['anna@contoso.test', 'boris@contoso.test']) system.add({ mail });
    const steps = await examine({ url: system.url, find: { ...find, get: '/api/staff?mail={mail}' } });
    expect(at(steps, 'find')).toMatchObject({ result: 'passed' });
    const ignoring = await examine({ url: system.url, find: { ...find, get: '/api/staff' } });
    expect(at(ignoring, 'find')).toMatchObject({
      result: 'failed',
      message: 'GET /api/staff finds 2 records for a made-up person: the product ignores the filter',
    });
    expect(at(ignoring, 'list')).toMatchObject({ result: 'passed' });
  });

  it('does not count a look-up as tested when the product rejects its probe value', async () => {
    const { url } = await openServer(({ url: path }, response) =>
      path?.includes('q=') ? json(response, { error: 'nobody@vestibule.invalid is not a number' }, 422) : json(response, { staff: [] }),
    );
    const steps = await examine({ url });
    expect(at(steps, 'find')).toMatchObject({
      result: 'notAvailable',
      message: 'The product rejects the made-up value, so the look-up remains untested: answered 422: [hidden] is not a number',
    });
  });

  it('fails when no record of a page has the match fields, and warns when some lack them', async () => {
    let staff: readonly object[] = [{ id: 1, email: 'anna@contoso.test' }];
    const { url } = await openServer(({ url: path }, response) => json(response, { staff: path?.includes('page=') ? staff : [] }));
    expect(at(await examine({ url }), 'list')).toMatchObject({
      result: 'failed',
      message: 'GET /api/staff?page={page} returns 1 record, none with mail',
      hint: 'Declare these fields under list.fields in the connector.',
    });
    staff = [{ id: 1, mail: 'anna@contoso.test' }, { id: 2 }];
    expect(at(await examine({ url }), 'list')).toMatchObject({
      result: 'passed',
      message: 'GET /api/staff?page={page} returns 2 records on the first page, 1 with mail',
      hint: 'Declare these fields under list.fields in the connector.',
    });
  });

  it('shows what the Connector cannot do, and does not report success for it', async () => {
    const { url, asked } = await openServer((_, response) => json(response, {}, 404));
    const steps = await examine({ url, find: undefined, list: undefined });
    expect(at(steps, 'signIn')).toMatchObject({ result: 'passed', hint: expect.stringContaining('probe') });
    expect(at(steps, 'find')).toMatchObject({ result: 'notAvailable', message: 'The connector has no find' });
    expect(at(steps, 'list')).toMatchObject({ result: 'notAvailable', message: 'The connector has no list' });
    expect(asked).toEqual(['GET /']);
  });

  it('quotes a response without secrets and e-mail addresses', async () => {
    const { url } = await openServer((_, response) => json(response, { error: 'no rights for anna@contoso.test with tok-4711-4711' }, 403));
    const steps = await examine({ url, auth: { bearer: 'tok-4711-4711' } }, { secrets: ['tok-4711-4711'] });
    expect(at(steps, 'signIn')?.message).toBe('answered 403: no rights for [hidden] with [hidden]');
  });

  it('ends even if the system accepts connections and never responds', async () => {
    const { url } = await openServer(() => undefined);
    const begun = performance.now();
    const steps = await examine({ url }, { limitMs: 300 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(steps.map(({ result }) => result)).toEqual(['passed', 'passed', 'failed', 'skipped', 'skipped']);
    expect(at(steps, 'signIn')?.message).toBe('No answer within 0.3 s');
  });
});

describe('the examination of a SCIM Target', () => {
  const scim = (url: string, settings: Readonly<Record<string, unknown>> = {}) =>
    examineAll(
      scimDriver.examine(scimDriver.settings.parse({ url, ...settings }), {
        log: silentLogger,
        clock: systemClock,
        definition: { ...definition, match: [['userName']] },
        workFolder: '/nowhere',
      }),
    );
  const users = (...names: readonly string[]) => ({
    totalResults: names.length,
    Resources: names.map((userName, id) => ({ id: String(id), userName })),
  });

  it('sends GET requests only', async () => {
    const { url, asked } = await openServer(({ url: path }, response) => {
      if (path === '/ServiceProviderConfig') return json(response, { patch: { supported: false }, filter: { supported: true } });
      return json(response, path?.includes('filter=') ? users() : users('anna@contoso.test'));
    });
    const steps = await scim(url);
    expect(steps.every(({ result }) => result === 'passed')).toBe(true);
    expect(at(steps, 'service')).toMatchObject({
      message: 'The product reports support for: filter',
      hint: 'Without patch, changes may be rejected: set update: put.',
    });
    expect(at(steps, 'list')?.message).toBe('GET /Users returns 1 record on the first page, all with userName');
    const filter = 'GET /Users?filter=userName eq "nobody@vestibule.invalid"&count=100';
    expect(asked).toEqual([filter, 'GET /ServiceProviderConfig', filter, 'GET /Users?startIndex=1&count=100']);
  });

  it('passes at a product that neither describes itself nor lists everyone', async () => {
    const { url } = await openServer(({ url: path }, response) =>
      path?.includes('filter=') ? json(response, users()) : json(response, { detail: 'a filter is required' }, 403),
    );
    const steps = await scim(url);
    expect(steps.map(({ step, result }) => [step, result])).toEqual([
      ['settings', 'passed'],
      ['connect', 'passed'],
      ['signIn', 'passed'],
      ['service', 'notAvailable'],
      ['find', 'passed'],
      ['list', 'notAvailable'],
    ]);
  });

  it('fails when the product ignores the filter', async () => {
    let asked = 0;
    const { url } = await openServer((_, response) => json(response, (asked += 1) === 1 ? users() : users('anna@contoso.test')));
    expect(at(await scim(url), 'find')).toMatchObject({ result: 'failed', message: expect.stringContaining('ignores the filter') });
  });
});
