import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { pollUntil } from '../support/poll.ts';
import { runVestibule, startVestibule } from '../cli/daemon-process.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { Site } from './site.ts';

/** A part of each secret that is the same in every encoding. */
const mark = 'S3cr3tMark';

/** A product that echoes all requests, in a different way each time. */
async function openEcho(): Promise<{ readonly url: string; readonly heard: () => string }> {
  let heard = '';
  let count = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const echo = [request.method, request.url, JSON.stringify(request.headers), await readAll(request)].join(' ');
    heard += echo;
    count += 1;
    const json = (status: number, body: object) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', 'x-echo': echo.replace(/[^\x20-\x7e]/g, '') })
        .end(JSON.stringify(body));
    switch (count % 6) {
      case 0:
        return json(422, { error: echo });
      case 1:
        return json(500, { message: echo });
      case 2:
        return json(401, { detail: echo });
      case 3:
        return json(200, { nothing: echo });
      case 4:
        return void response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end(echo);
      default:
        return json(200, { staff: [], totalResults: 0, Resources: [], id: '1' });
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => heard };
}

const echoScript = `import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
console.error('starting with', JSON.stringify(process.env), process.argv.join(' '));
createInterface({ input: process.stdin }).on('line', (line) => {
  const { items } = JSON.parse(line);
  console.log(line, JSON.stringify(process.env));
  const results = items.map(({ n }) => ({ n, status: n % 2 ? 'reject' : 'retry', reason: JSON.stringify(process.env) }));
  writeSync(3, JSON.stringify({ v: 1, results }) + '\\n');
});
`;

const rest = `connector: echo-rest
driver: rest
can: [create, update, delete]
match: [mail]
needs: { url: { text: Address }, auth: [basic, bearer, headers], site: { secret: Site }, hook: { secret: Hook } }
settings:
  headers: { X-All: '{hook}' }
  find: { get: '/staff?site={site}&q={mail}', items: 'body.staff', key: 'item.id', headers: { X-Find: '{hook}' } }
  create: { post: '/staff?site={site}', body: json, with: { hook: '{hook}' }, headers: { X-Create: '{hook}' }, key: 'body.id' }
  update: { put: '/staff/{key}?site={site}', body: form, with: { hook: 'a {hook}' } }
  delete: { delete: '/staff/{key}/{site}' }
mapping: { mail: email, name: displayName }
`;

const script = `connector: echo-script
driver: script
can: [create, update, delete]
match: [mail]
needs: { SITE: { secret: Site } }
settings: { command: [node, echo.mjs], repeatable: true }
mapping: { mail: email, name: displayName }
`;

const scim = `connector: echo-scim
driver: scim
can: [create, update]
match: [userName]
settings: {}
mapping: { userName: userName }
`;

const csv = `connector: echo-csv
driver: csv
can: [create, update, delete]
absent: kept
match: [mail]
settings: { header: [mail, name] }
mapping: { mail: email, name: displayName }
`;

/** Files below a folder that contain a secret. */
async function findMarked(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const marked = [];
  for (const file of files) if ((await readFile(file, 'latin1')).includes(mark)) marked.push(file);
  return marked;
}

it('secrets do not leak even if every product echoes its requests', async () => {
  const echo = await openEcho();
  const site = await Site.make({});
  const secrets = join(site.root, 'secrets');
  await mkdir(secrets);
  let number = 0;
  /** A separate secret for each place, with characters that are escaped in URLs, JSON and forms. */
  const secret = async () => {
    number += 1;
    const file = join(secrets, `s${number}`);
    await writeFile(file, `${mark}/${number} "ä+&=${number}`);
    return `\${file:${file}}`;
  };
  /** A secret that is valid in a header. */
  const plain = async () => {
    number += 1;
    const file = join(secrets, `s${number}`);
    await writeFile(file, `${mark}${number}`);
    return `\${file:${file}}`;
  };
  const write = async (name: string, body: string) => {
    await mkdir(join(site.config, name, '..'), { recursive: true });
    await writeFile(join(site.config, name), body);
  };
  await write('vestibule.yaml', 'sources: { default: { quiet: 1s } }\ndelivery: { settle: 1s }\n');
  for (const [name, body] of [
    ['echo-rest', rest],
    ['echo-script', script],
    ['echo-scim', scim],
    ['echo-csv', csv],
  ] as const) {
    await write(`connectors/${name}/connector.yaml`, body);
  }
  await write('connectors/echo-script/echo.mjs', echoScript);
  const auths = [
    `bearer: '${await plain()}'`,
    `basic: { user: u, password: '${await secret()}' }`,
    `headers: { X-Api-Key: '${await plain()}' }`,
  ];
  for (const [index, auth] of auths.entries()) {
    await write(
      `targets/rest${index}.yaml`,
      `target: rest${index}\nconnector: echo-rest\nsettings:\n  url: ${echo.url}/${index}\n  auth: { ${auth} }\n  site: '${await secret()}'\n  hook: '${await plain()}'\n` +
        `  headers: { X-Own: '${await plain()}' }\n  probe: { get: '/probe?t=${await secret()}' }\n  update: { put: '/own/{key}?t=${await secret()}', with: { w: '${await secret()}' } }\n`,
    );
  }
  await write(
    'targets/scim.yaml',
    `target: scim\nconnector: echo-scim\nsettings:\n  url: ${echo.url}/scim\n  auth: { bearer: '${await plain()}' }\n  headers: { X-Own: '${await plain()}' }\n`,
  );
  await write(
    'targets/script.yaml',
    `target: script\nconnector: echo-script\nsettings:\n  SITE: '${await secret()}'\n  environment: { MORE: '${await secret()}' }\n  command: [node, echo.mjs, '${await secret()}']\n`,
  );
  const drop = join(site.root, `drop-${mark}`);
  await mkdir(drop);
  const dropFile = join(secrets, 'drop');
  await writeFile(dropFile, drop);
  await write('targets/csv.yaml', `target: csv\nconnector: echo-csv\nsettings: { drop: { folder: '\${file:${dropFile}}' } }\n`);

  const checked = await runVestibule('check', '--config', site.config, '--data', site.data);
  const daemon = await startVestibule(
    '--listen',
    '127.0.0.1:0',
    '--admin-listen',
    '127.0.0.1:0',
    '--config',
    site.config,
    '--data',
    site.data,
  );
  onTestFinished(() => daemon.stop().then(() => undefined));
  const admin = createAdminClient((await findSocketPath(site.data, process.platform)) ?? '');
  const { text: token } = await admin.createToken({ label: 'test' });
  const names = ['rest0', 'rest1', 'rest2', 'scim', 'script', 'csv'];
  const people = ['anna', 'bert', 'cleo', 'dora', 'emil', 'fred', 'gina', 'hugo'];
  for (const name of people) {
    await fetch(`${daemon.tenantUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        userName: `${name}@x.test`,
        displayName: name,
        active: true,
        emails: [{ type: 'work', value: `${name}@x.test` }],
      }),
    });
  }
  const shown: string[] = [checked.out, checked.err];
  const keep = (value: unknown) => shown.push(JSON.stringify(value));
  await pollUntil('the first cycle has finished', async () => (await admin.status()).sources[0]?.cycle === 'over', 20_000);
  for (const name of names) keep(await admin.plan(name));
  for (const name of names) keep(await admin.apply(name, { by: 'test' }));
  await pollUntil(
    'every product was asked',
    async () => {
      const { targets } = await admin.status();
      return targets.every(({ name, trouble, deliveries }) => name === 'csv' || trouble !== '' || deliveries.parked > 0);
    },
    60_000,
  );
  // Waits for more responses of each kind.
  for (const name of names.filter((one) => one !== 'csv')) await admin.retry(name, undefined).catch(() => undefined);
  await pollUntil('each kind of answer came', () => echo.heard().split('GET').length > 12, 60_000);
  for (const command of [['status'], ['status', '--json'], ['why', 'anna@x.test'], ['why', 'anna@x.test', '--json']]) {
    const { out, err } = await runVestibule(...command, '--config', site.config, '--data', site.data);
    shown.push(out, err);
  }
  for (const name of names) {
    for (const command of [
      ['plan', name],
      ['test', name],
      ['list', name],
      ['log', name, '--json'],
    ]) {
      const { out, err } = await runVestibule(...command, '--config', site.config, '--data', site.data);
      shown.push(out, err);
    }
  }
  const adminListen = daemon.lines.find((line) => 'adminListen' in line)?.['adminListen'];
  const paths = ['status', 'why?person=anna@x.test', ...names.flatMap((name) => ['plan', 'log'].map((verb) => `targets/${name}/${verb}`))];
  for (const path of paths) {
    const answer = await fetch(`http://${String(adminListen)}/api/${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    shown.push(await answer.text());
  }
  // The WAL file of the store exists while the daemon runs, and is merged into the store when it ends.
  const leaked = await findMarked(site.data);
  await daemon.stop();
  leaked.push(...(await findMarked(site.data)));

  // The secrets must have reached the products; otherwise this test would prove nothing.
  expect(echo.heard()).toContain(mark);
  expect(shown.join('\n')).toContain('[hidden]');
  expect(shown.filter((text) => text.includes(mark)).map((text) => around(text))).toEqual([]);
  expect(daemon.lines.filter((line) => JSON.stringify(line).includes(mark))).toEqual([]);
  expect(leaked).toEqual([]);
}, 180_000);

function around(text: string): string {
  const at = text.indexOf(mark);
  return text.slice(Math.max(0, at - 120), at + 60);
}
