import { describe, expect, it } from 'vitest';
import { checkConnectorTrust } from '../../src/config/checks/connector-trust.ts';
import { toDestination } from '../../src/config/destination.ts';
import { parseYaml } from '../../src/config/yaml/yaml-file.ts';
import { aDefinition } from '../support/builders.ts';
import { oneTarget, readFiles } from './folder.ts';

const contentOf = (text: string) => parseYaml('connector.yaml', text).yaml?.value;

describe('the check of a Connector', () => {
  it.each([
    ['rejects an environment variable', "settings: { headers: { X-Site: 'k ${env:HOME}' } }", 'settings.headers.X-Site', 'needs'],
    ['rejects a secret file', "settings: { create: { post: '/x?k=${file:/etc/shadow}' } }", 'settings.create.post', 'needs'],
    ['rejects a secret in a constant', "mapping: { A: { value: '${env:A}' } }", 'mapping.A.value', 'needs'],
    ['rejects a secret in a list', "settings: { find: [{ get: '/x?${env:A}' }] }", 'settings.find.0.get', 'needs'],
    ['rejects an address', 'settings: { url: https://evil.example }', 'settings.url', 'needs: { url:'],
    ['rejects a sign-in', 'settings: { auth: { bearer: x } }', 'settings.auth', 'needs: { auth:'],
    ['rejects a certificate authority', 'settings: { tls: { ca: ca.pem } }', 'settings.tls', "settings in the target's file"],
    ['rejects a proxy', 'settings: { proxy: http://p }', 'settings.proxy', "settings in the target's file"],
    ['rejects a drop folder', 'settings: { drop: { folder: /root/.ssh } }', 'settings.drop', 'needs: { drop:'],
    ['rejects an environment for a script', 'settings: { environment: { A: b } }', 'settings.environment', 'needs: { NAME:'],
    ['rejects a program with an absolute path', 'settings: { command: [/bin/sh, -c, x] }', 'settings.command.0', "connector's folder"],
    ['rejects a program on another drive', "settings: { command: ['C:\\Windows\\x.exe'] }", 'settings.command.0', "connector's folder"],
    [
      'rejects a program in another folder',
      'settings: { command: [pwsh, -File, ../other/x.ps1] }',
      'settings.command.2',
      "connector's folder",
    ],
    ['rejects a sign-in header', 'settings: { headers: { authorization: Bearer x } }', 'settings.headers.authorization', 'needs'],
    ['rejects an API key in a header', 'settings: { headers: { X-Api-Key: abc123 } }', 'settings.headers.X-Api-Key', 'needs'],
    ['rejects a Host header', 'settings: { headers: { Host: evil.example } }', 'settings.headers.Host', 'address of the target'],
    ['rejects a path outside the base path', 'settings: { create: { post: /../../other/x } }', 'settings.create.post', 'segments'],
    [
      'rejects an encoded path outside the base path',
      "settings: { find: [{ get: '/a/%2E%2e/x?q=..' }] }",
      'settings.find.0.get',
      'segments',
    ],
    [
      'rejects a sign-in header of a single call',
      'settings: { create: { headers: { Cookie: s=1 } } }',
      'settings.create.headers.Cookie',
      'needs',
    ],
  ])('%s', (_, text, path, hint) => {
    const found = checkConnectorTrust(contentOf(text));
    expect(found.map((one) => one.path.join('.'))).toEqual([path]);
    expect(found[0]).toMatchObject({ level: 'problem', hint: expect.stringContaining(hint) });
  });

  it.each([
    ['describes calls', "settings: { find: { get: '/api/staff?q={mail}&r=..' }, headers: { Accept: application/json, X-Version: '2' } }"],
    ['inserts a secret that the Target gives', "settings: { headers: { Authorization: 'Key {hookKey}' } }"],
    ['starts a program in its own folder', 'settings: { command: [pwsh, -File, connector.ps1] }'],
    ['is empty', ''],
  ])('accepts a Connector that %s', (_, text) => {
    expect(checkConnectorTrust(contentOf(text))).toEqual([]);
  });
});

const connector = `connector: tiny
driver: rest
can: [create]
match: [Mail]
needs:
  url: { text: 'Address of the product' }
  auth: [bearer]
  site: { text: 'Number of the site' }
  hookKey: { secret: 'Key of the web hook' }
settings:
  repeatable: true
  create: { post: '/sites/{site}/staff', headers: { X-Hook: '{hookKey}' }, key: 'body.id' }
mapping: { Mail: email }
`;
const given = "{ url: https://a.example, auth: { bearer: '${env:T}' }, site: 12, hookKey: '${env:H}' }";
const target = (settings: string) => `target: desk\nconnector: tiny\nsettings: ${settings}\n`;
const problemsOf = (settings: string, text = connector) =>
  readFiles(oneTarget(text, target(settings))).problems.filter(({ level }) => level === 'problem');

describe('what a Connector needs', () => {
  it('is provided by the file of the Target, and stored separately from the settings of the Driver', () => {
    const site = readFiles(oneTarget(connector, target(given)));
    expect(site.problems.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(site.fileDefinitions.get('desk')).toMatchObject({
      values: { site: { text: '12', secret: false }, hookKey: { text: '${env:H}', secret: true } },
      ownSettings: ['auth', 'url'],
    });
    expect(Object.keys(site.fileDefinitions.get('desk')?.settings ?? {}).sort()).toEqual(['auth', 'create', 'repeatable', 'url']);
  });

  it.each([
    ["{ auth: { bearer: '${env:T}' }, site: 12, hookKey: '${env:H}' }", 'settings.url', 'Address of the product'],
    ["{ url: https://a.example, site: 12, hookKey: '${env:H}' }", 'settings.auth', 'bearer'],
    ["{ url: https://a.example, auth: { bearer: '${env:T}' }, hookKey: '${env:H}' }", 'settings.site', 'Number of the site'],
    ["{ url: https://a.example, auth: { bearer: '${env:T}' }, site: 12 }", 'settings.hookKey', 'Key of the web hook'],
    [
      "{ url: https://a.example, auth: { basic: { user: u, password: '${env:T}' } }, site: 12, hookKey: '${env:H}' }",
      'settings.auth',
      'bearer',
    ],
  ])('is reported as a missing value in the file of the Target: %s', (settings, path, hint) => {
    expect(problemsOf(settings)).toEqual([
      expect.objectContaining({ file: 'targets/desk.yaml', path, hint: expect.stringContaining(hint) as unknown }),
    ]);
  });

  it('cannot have the name of an inserted field', () => {
    const found = problemsOf(
      given.replace('site: 12', 'Mail: 12'),
      connector.replace('site: { text', 'Mail: { text').replace('{site}', 'x'),
    );
    expect(found).toEqual([expect.objectContaining({ file: 'connectors/tiny/connector.yaml', path: 'needs.Mail' })]);
  });

  it('causes a warning when a secret is written in plain text', () => {
    const { problems } = readFiles(oneTarget(connector, target(given.replace("'${env:H}'", 'plain'))));
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          level: 'warning',
          path: 'settings.hookKey',
          message: expect.stringContaining('secret in plain text') as unknown,
        }),
      ]),
    );
  });
});

describe('where records go', () => {
  it.each([
    [
      'an address',
      { settings: { url: 'https://a.example', auth: { bearer: '${env:T}' } } },
      'sends to https://a.example',
      false,
      ['${env:T}'],
    ],
    ['a folder', { settings: { drop: { folder: '/drops/desk' } } }, 'writes to the folder /drops/desk', false, []],
    ['a program', { settings: { command: ['pwsh', 'x.ps1'] } }, 'runs pwsh x.ps1 in /connectors/test', true, ['${file:/s}']],
  ])('is reported: %s', (_, change, does, runsCode, secrets) => {
    const definition = aDefinition({ ...change, ...(runsCode && { values: { K: { text: '${file:/s}', secret: true } } }) });
    expect(toDestination(definition)).toEqual({ target: definition.target, does, runsCode, secrets });
  });
});
