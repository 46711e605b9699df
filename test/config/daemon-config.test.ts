import { describe, expect, it } from 'vitest';
import { parseListen, showListen } from '../../src/config/address.ts';
import { defaultDaemonConfig, sourceConfig, withListenOverrides } from '../../src/config/daemon-config.ts';
import { readSite } from '../../src/config/site.ts';
import { aMachine, readFiles, writeFiles } from './folder.ts';

const tenant = '11111111-2222-3333-4444-55555555555f';

const read = (text: string) => readFiles({ 'vestibule.yaml': text });

it('every setting has a default', () => {
  expect(read('').daemon).toEqual(defaultDaemonConfig());
  expect(defaultDaemonConfig()).toEqual({
    scim: { listen: { host: '127.0.0.1', port: 8080 }, trustedProxies: [], allowedOrigins: ['https://scimvalidator.microsoft.com'] },
    admin: { listen: undefined },
    sources: { default: { quietMs: 1_200_000, silentMs: 259_200_000 } },
    attributes: [],
    keep: { journalMs: 7_776_000_000, files: 20 },
    settleMs: 2_000,
  });
});

it('a file with every setting is read', () => {
  const { daemon, problems } = read(`server:
  publicUrl: https://hosts.contoso.com/
  scim: { listen: '0.0.0.0:443', tls: { cert: /c.pem, key: /k.pem }, trustedProxies: [172.18.0.0/16] }
  admin: { listen: '[::1]:9000' }
sources: { hr: { quiet: 2s } }
attributes: { 'urn:contoso:User': { badgeNumber: text, firstAider: boolean } }
keep: { journal: 30d, files: 5 }
delivery: { settle: 500s }
`);
  expect(problems).toEqual([]);
  expect(daemon).toEqual({
    publicUrl: 'https://hosts.contoso.com',
    scim: {
      listen: { host: '0.0.0.0', port: 443 },
      tls: { cert: '/c.pem', key: '/k.pem' },
      trustedProxies: ['172.18.0.0/16'],
      allowedOrigins: ['https://scimvalidator.microsoft.com'],
    },
    admin: { listen: { host: '::1', port: 9000 } },
    sources: { hr: { quietMs: 2_000, silentMs: 259_200_000 } },
    attributes: [
      { urn: 'urn:contoso:User', name: 'badgeNumber', type: 'text' },
      { urn: 'urn:contoso:User', name: 'firstAider', type: 'boolean' },
    ],
    keep: { journalMs: 2_592_000_000, files: 5 },
    settleMs: 500_000,
  });
});

it('a Source may trust tokens of Entra, and an application may sign in by assertion', () => {
  const { daemon, problems } = read(`sources:
  default:
    entra: { tenant: ${tenant.toUpperCase()} }
    federation: { tenant: ${tenant}, subject: ${tenant}, audience: api://x, authority: https://login.microsoftonline.us/ }
  other: { entra: { tenant: ${tenant}, audiences: [api://y], apps: [${tenant}] } }
`);
  expect(problems).toEqual([]);
  expect(daemon.sources).toMatchObject({
    default: {
      entra: {
        tenant,
        audiences: ['8adf8e6e-67b2-4cf2-a259-e3dc5476c621'],
        apps: ['00000014-0000-0000-c000-000000000000'],
        authority: 'https://login.microsoftonline.com',
      },
      federation: { tenant, subject: tenant, audience: 'api://x', authority: 'https://login.microsoftonline.us' },
    },
    other: { entra: { tenant, audiences: ['api://y'], apps: [tenant] } },
  });
});

describe('a problem in vestibule.yaml with its hint', () => {
  it.each([
    [
      'server: { scim: { listen: 8080 } }',
      'server.scim.listen',
      'is the number 8080, not text',
      'Write an address such as 127.0.0.1:8080.',
    ],
    ['keep: { journal: 90 }', 'keep.journal', 'is the number 90, not text', 'Write a duration such as 30s, 15m, 24h or 30d.'],
    ['server: { scim: {}, bogus: 1 }', 'server.bogus', 'unknown key', 'Known keys: publicUrl, scim, admin.'],
    [
      'server: { publicUrl: https://a.b/scim }',
      'server.publicUrl',
      'must not end in /scim: /scim is appended automatically',
      'Remove /scim.',
    ],
    [
      'server: { publicUrl: https://a.b/x/SCIM/ }',
      'server.publicUrl',
      'must not end in /scim: /scim is appended automatically',
      'Remove /scim.',
    ],
    [
      `sources: { a: { entra: { tenant: ${tenant}, authority: 'https://login.microsoftonline.com/${tenant}' } } }`,
      'sources.a.entra.authority',
      'is not an https address without a path',
      'Write an address such as https://login.microsoftonline.com. The tenant belongs under tenant.',
    ],
    [
      `sources: { a: { entra: { tenant: ${tenant}, audiences: [] } } }`,
      'sources.a.entra.audiences',
      'is an empty list',
      'Add at least 1 item.',
    ],
    ['keep: { files: 0 }', 'keep.files', 'is too small', 'Write 1 or more.'],
  ])('%s', (text, path, message, hint) => {
    const { problems } = read(text);
    expect(problems.map((problem) => [problem.path, problem.message, problem.hint])).toEqual([[path, message, hint]]);
  });

  it('does not hide the others: duplicate keys, conflicting names, unknown types', () => {
    const { problems } = read(`keep: { files: 5 }
attributes: { urn:x:y: { a: datum, department: text } }
keep: { files: 6 }
kepe: {}
`);
    expect(problems.map(({ line, path, message }) => [line, path, message])).toEqual([
      [3, '', 'duplicate key keep: it is already on line 1'],
      [2, 'attributes.urn:x:y.a', 'is "datum", which is not valid'],
      [4, 'kepe', 'unknown key'],
      [2, 'attributes.urn:x:y.department', 'department is already the name of an attribute'],
    ]);
  });
});

describe('a problem in vestibule.yaml by its message', () => {
  it.each([
    ["server: { scim: { listen: '0.0.0.0:8080' } }", 'server.scim.listen', /accepts unencrypted connections/],
    ['server: { scim: { listen: nowhere } }', 'server.scim.listen', /is not a valid address/],
    ['server: { scim: { listen: 8080 } }', 'server.scim.listen', /is the number 8080, not text/],
    ['server: { scim: { plainHttp: true } }', 'server.scim.plainHttp', /is true/],
    ['server: { scim: { trustedProxies: [proxy] } }', 'server.scim.trustedProxies.0', /is not an IP address or network/],
    ['server: { publicUrl: hosts.contoso.com }', 'server.publicUrl', /is not a web address/],
    ["server: { scim: { allowedOrigins: ['*'] } }", 'server.scim.allowedOrigins.0', /is not an origin/],
    ['server: { scim: { allowedOrigins: [https://a.example/x] } }', 'server.scim.allowedOrigins.0', /is not an origin/],
    ['sources: { default: { entra: { tenant: contoso.com } } }', 'sources.default.entra.tenant', /is not a valid id/],
    ['sources: { default: { entra: {} } }', 'sources.default.entra.tenant', /missing|required/],
    [
      `sources: { default: { entra: { tenant: ${tenant}, authority: http://login.example } } }`,
      'sources.default.entra.authority',
      /is not an https address/,
    ],
    [
      `sources: { a: { entra: { tenant: ${tenant} } }, b: { entra: { tenant: ${tenant.toUpperCase()} } } }`,
      'sources.b.entra',
      /same tokens as the source a/,
    ],
    [
      `sources: { a: { federation: { tenant: ${tenant}, subject: ${tenant}, audience: api://x } }, b: { federation: { tenant: ${tenant}, subject: ${tenant}, audience: api://x/.default } } }`,
      'sources.b.federation',
      /same tokens as the source a/,
    ],
    ['sources: { default: { quite: 20m } }', 'sources.default.quite', /unknown key/],
    ['kepe: {}', 'kepe', /unknown key/],
  ])('%s', (text, path, message) => {
    const site = read(text);
    expect(site.problems).toEqual([
      expect.objectContaining({ file: 'vestibule.yaml', line: 1, path, level: 'problem', message: expect.stringMatching(message) }),
    ]);
    expect(site.daemonBroken).toBe(true);
  });

  it('leaves the last valid settings in force', () => {
    const fallback = { ...defaultDaemonConfig(), settleMs: 7 };
    const folder = writeFiles({ 'vestibule.yaml': 'kepe: {}' });
    expect(readSite(folder, folder, { machine: aMachine(), fallback }).daemon.settleMs).toBe(7);
  });
});

it('proposes the name of a source above a setting that stands directly under sources', () => {
  expect(read('sources: { quiet: 30s }').problems).toMatchObject([
    {
      path: 'sources.quiet',
      message: 'is "30s", not a map (keys with values)',
      hint: 'Write the name of the source first, for example: sources: { default: { quiet: 20m } }',
    },
  ]);
});

it('an admin listener that other machines can reach is a warning, not a problem', () => {
  const site = read("server: { admin: { listen: '0.0.0.0:8081' } }");
  expect(site.problems).toMatchObject([{ level: 'warning', path: 'server.admin.listen' }]);
  expect(site.daemonBroken).toBe(false);
});

describe('the command line', () => {
  const config = defaultDaemonConfig();
  it('overrides the file with --listen, and opens no admin listener unless one is named', () => {
    const { config: effective, problems } = withListenOverrides(config, { listen: '127.0.0.1:0' });
    expect(problems).toEqual([]);
    expect(effective.scim.listen).toEqual({ host: '127.0.0.1', port: 0 });
    expect(effective.admin.listen).toBeUndefined();
  });

  it('opens the admin listener that the file or --admin-listen names', () => {
    const named = { ...config, admin: { listen: { host: '127.0.0.1', port: 9 } } };
    expect(withListenOverrides(named, { listen: '127.0.0.1:1' }).config.admin.listen?.port).toBe(9);
    expect(withListenOverrides(config, { listen: '127.0.0.1:1', adminListen: '127.0.0.1:2' }).config.admin.listen?.port).toBe(2);
  });

  it('leaves the settings of the file when it has no options', () => {
    expect(withListenOverrides(config, {})).toEqual({ config, problems: [] });
  });

  it.each([
    [{ listen: '0.0.0.0:8080' }, 'server.scim.listen'],
    [{ listen: 'nowhere' }, 'listen'],
    [{ adminListen: 'nowhere' }, 'adminListen'],
    [{ plainHttp: 'yes' }, 'plainHttp'],
  ])('with %j is a problem', (overrides, path) => {
    expect(withListenOverrides(config, overrides).problems).toMatchObject([{ file: 'command line', path, level: 'problem' }]);
  });

  it('a listener behind a proxy may accept plain HTTP from any address', () => {
    expect(withListenOverrides(config, { listen: '0.0.0.0:8080', plainHttp: 'behindProxy' })).toMatchObject({
      problems: [{ path: 'server.scim.trustedProxies', level: 'warning' }],
      config: { scim: { plainHttp: 'behindProxy' } },
    });
  });

  it('a listener behind a trusted proxy causes no warning', () => {
    const { daemon } = read('server: { scim: { trustedProxies: [172.18.0.0/16] } }');
    expect(withListenOverrides(daemon, { listen: '0.0.0.0:8080', plainHttp: 'behindProxy' }).problems).toEqual([]);
  });
});

it('a Source that no file names has the defaults', () => {
  expect(sourceConfig(read('sources: { hr: { silent: 1h } }').daemon, 'hr').silentMs).toBe(3_600_000);
  expect(sourceConfig(defaultDaemonConfig(), 'toString')).toEqual({ quietMs: 1_200_000, silentMs: 259_200_000 });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['127.4.5.6:80', { host: '127.4.5.6', port: 80 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::]:80', { host: '::', port: 80 }],
    ['127.example.com:80', { host: '127.example.com', port: 80 }],
  ])('%s', (text, address) => {
    expect(parseListen(text)).toEqual(address);
    expect(showListen(address)).toBe(text);
  });

  it('may be a port alone, on this machine', () => {
    expect(parseListen('8080')).toEqual({ host: '127.0.0.1', port: 8080 });
  });

  it.each(['', 'x', 'a:b', '1.2.3.4', '1.2.3.4:99999', '[::1', '[nope]:1', 'http://x:1'])('is not %s', (text) => {
    expect(parseListen(text)).toBeUndefined();
  });
});
