import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { findInvocation } from '../../src/cli/invocation.ts';
import { readCopies, readProcess, readStages, textsOf, type Stage } from './dockerfile.ts';
import { readCaddyRoutes, readNginxRoutes } from './proxy-routes.ts';
import { root } from './source-files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const stages = readStages(read('Dockerfile'));
const build = stages[0] as Stage;
const image = stages.at(-1) as Stage;
const { env, user = 'root', volumes } = readProcess(image);

/** The folders that the image creates for its user, by path. */
const owners = new Map(
  textsOf(image, 'RUN')
    .flatMap((text) => [...text.matchAll(/install -d ((?:-\w \S+ )*)(\S+)/g)])
    .map(([, options = '', path = '']) => [path, /-o (\S+)/.exec(options)?.[1] ?? 'root'] as const),
);

/** The major version of Node in a stage. */
const nodeOf = ({ base }: Stage) => Number(/^node:(\d+)/.exec(base)?.[1]);

interface ComposeService {
  readonly build?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly privileged?: boolean;
  readonly network_mode?: string;
}
const compose = parse(read('compose.yaml')) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const [[service, daemon] = ['', {}]] = Object.entries(compose.services).filter(([, one]) => one.build === '.');
const mounts = (daemon.volumes ?? []).map((mount) => mount.split(':'));

describe('the image', () => {
  test('is built and run with the same Node, one that package.json allows', () => {
    const least = Number(/\d+/.exec(manifest.engines.node)?.[0]);
    expect(nodeOf(image)).toBeGreaterThanOrEqual(least);
    expect(nodeOf(build)).toBe(nodeOf(image));
  });

  test('has neither the sources nor the packages of development', () => {
    expect(readCopies(image).filter(({ source }) => ['.', 'src', 'test'].includes(source))).toEqual([]);
    const installs = textsOf(image, 'RUN').flatMap((text) => text.split('&&').filter((command) => /npm (ci|install)/.test(command)));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install.match(/--omit=\w+/g)).toEqual(expect.arrayContaining(['--omit=dev', '--omit=optional']));
  });

  test('runs as a user that owns its data and drops, and not its configuration', () => {
    expect(['root', '0']).not.toContain(user);
    expect([env['VESTIBULE_DATA'] ?? '', '/drops'].map((path) => owners.get(path))).toEqual([user, user]);
    expect(owners.get(env['VESTIBULE_CONFIG'] ?? '')).toBeUndefined();
  });

  test('keeps the folders of a site in volumes', () => {
    expect(volumes).toEqual(expect.arrayContaining([env['VESTIBULE_CONFIG'], env['VESTIBULE_DATA'], '/drops', '/connectors']));
  });

  test('accepts connections of the proxy, and says that the proxy has TLS', () => {
    expect(env['VESTIBULE_LISTEN']).toMatch(/^0\.0\.0\.0:/);
    expect(env['VESTIBULE_PLAIN_HTTP']).toBe('behindProxy');
    expect(textsOf(image, 'EXPOSE')).toEqual([env['VESTIBULE_LISTEN']?.split(':').at(-1)]);
  });

  test('has the command that it proposes on its path', () => {
    const links = textsOf(image, 'RUN').flatMap((text) => [...text.matchAll(/ln -s (\S+) \/usr\/local\/bin\/(\S+)/g)]);
    expect(links.map(([, , name]) => name)).toContain(env['VESTIBULE_COMMAND']);
    for (const [, file = ''] of links) expect(existsSync(join(root, file.replace(/^\/app\//, '')))).toBe(true);
  });

  test('copies only existing files that .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = stages.flatMap((stage) => readCopies(stage)).filter(({ from }) => from === undefined);
    expect(copied.length).toBeGreaterThan(0);
    for (const { source } of copied) {
      expect(allowed).toContain(source);
      expect(existsSync(join(root, source))).toBe(true);
    }
  });
});

describe('the build', () => {
  test('includes every file of src: TypeScript and plain JavaScript only', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).filter((name) => !/\.(ts|js)$/.test(name))).toEqual([]);
    expect(JSON.parse(read('tsconfig.build.json'))).toMatchObject({ compilerOptions: { allowJs: true }, include: ['src'] });
  });
});

describe('the compose file', () => {
  test('does not publish the port of the daemon', () => {
    expect(daemon.ports ?? []).toEqual([]);
    expect(daemon.network_mode).not.toBe('host');
    expect(Object.values(compose.services).filter(({ privileged }) => privileged === true)).toEqual([]);
  });

  test('names the command that reaches the daemon from outside', () => {
    const script = '/usr/local/bin/vestibule';
    const started = { env: { ...env, ...daemon.environment }, platform: 'linux', script, root: '/app', cwd: '/app' } as const;
    expect(findInvocation(started)).toMatchObject({
      program: `docker compose exec ${service} ${env['VESTIBULE_COMMAND'] ?? ''}`,
      wrapper: `docker compose exec ${service}`,
    });
  });

  test('mounts every volume of the image, and declares each by name', () => {
    expect(new Set(mounts.map(([, path]) => path))).toEqual(new Set(volumes));
    const named = mounts.map(([name = '']) => name).filter((name) => !/^[./]/.test(name));
    for (const name of named) expect(Object.keys(compose.volumes)).toContain(name);
  });

  test('has the proxy send requests to the port of the daemon', () => {
    const upstream = /reverse_proxy (\S+)/.exec(read('deploy/Caddyfile'))?.[1];
    expect(upstream).toBe(`${service}:${env['VESTIBULE_LISTEN']?.split(':').at(-1) ?? ''}`);
  });
});

describe.each([
  ['caddy', readCaddyRoutes(read('deploy/Caddyfile'))],
  ['nginx', readNginxRoutes(read('deploy/nginx.conf'))],
])('the configuration of %s', (_, routeOf) => {
  test.each(['/scim', '/scim/', '/scim/Users', '/scim/v2/Groups/1', '/scim/oauth/token'])('sends %s to the daemon', (path) => {
    expect(routeOf(path)).toBe('daemon');
  });

  test.each(['/', '/scimitar', '/healthz', '/readyz', '/admin/status', '/x/scim'])('answers 404 to %s', (path) => {
    expect(routeOf(path)).toBe(404);
  });
});

test('nginx passes on what links and limits need, and its comment names the setting that trusts it', () => {
  const headers = new Map(
    [...read('deploy/nginx.conf').matchAll(/proxy_set_header\s+(\S+)\s+(\S+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(headers.get('X-Forwarded-Proto')).toBe('$scheme');
  expect(headers.get('X-Forwarded-Host')).toBe('$host');
  expect(headers.get('X-Forwarded-For')).toBe('$proxy_add_x_forwarded_for');
  const settings = /^#\s+server:\n#\s+scim: (.*)$/m.exec(read('deploy/nginx.conf'))?.[1] ?? '';
  expect(parse(settings)).toMatchObject({ plainHttp: 'behindProxy', trustedProxies: ['127.0.0.1'] });
});
