import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Instructions of a Dockerfile, without comments, with continued lines joined. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim());

const argumentsOf = (instruction: string) =>
  instructions.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

const runStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));

interface ComposeService {
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly privileged?: boolean;
}
const compose = parse(read('compose.yaml')) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

describe('the Docker image', () => {
  test('is built on the full Node 24 and runs on the slim one', () => {
    expect(argumentsOf('FROM')).toEqual(['node:24-bookworm AS build', 'node:24-bookworm-slim']);
  });

  test('contains installed packages that run, and neither tools nor the pinned Node', () => {
    const install = runStage.find((line) => line.includes('npm ci'));
    expect(install).toContain('--omit=dev');
    expect(install).toContain('--omit=optional');
    expect(runStage.some((line) => line.startsWith('COPY src') || line.startsWith('COPY . '))).toBe(false);
  });

  test('does not run as root', () => {
    expect(runStage.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
  });

  test('has a health check that requests /readyz with Node', () => {
    const [health = ''] = argumentsOf('HEALTHCHECK');
    const command = JSON.parse(health.slice(health.indexOf('['))) as readonly string[];
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
    expect(command[2]).toContain('/readyz');
  });

  test('keeps the data of a site in volumes', () => {
    expect(JSON.parse(argumentsOf('VOLUME').join('')) as unknown).toEqual(['/config', '/connectors', '/data', '/drops']);
  });

  test('listens for the proxy and stops on SIGTERM', () => {
    expect(argumentsOf('ENV').join(' ')).toContain('VESTIBULE_LISTEN=0.0.0.0:8080');
    expect(argumentsOf('ENV').join(' ')).toContain('VESTIBULE_PLAIN_HTTP=behindProxy');
    expect(argumentsOf('ENV').join(' ')).toContain('VESTIBULE_COMMAND=vestibule');
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(argumentsOf('ENTRYPOINT')).toEqual(['["node", "--max-semi-space-size=16", "/app/bin/vestibule.js"]']);
  });

  test('copies only files that .dockerignore allows', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = argumentsOf('COPY').flatMap((line) => (line.startsWith('--from') ? [] : line.split(' ').slice(0, -1)));
    expect(copied.map((path) => path.replace(/^\.\//, '')).filter((path) => !allowed.includes(path))).toEqual([]);
  });
});

describe('the Docker build', () => {
  test('copies every file of src: there are only TypeScript and plain JavaScript files', () => {
    const files = readdirSync(new URL('../../src', import.meta.url), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name).filter((name) => !/\.(ts|js)$/.test(name))).toEqual([]);
    expect(JSON.parse(read('tsconfig.build.json'))).toMatchObject({ compilerOptions: { allowJs: true }, include: ['src'] });
  });
});

describe('the compose file', () => {
  test('publishes only the ports of the proxy', () => {
    const published = Object.entries(compose.services).filter(([, service]) => service.ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['proxy']);
  });

  test('sets the command with which people call Vestibule, with the name of its service', () => {
    expect(compose.services['vestibule']?.environment?.['VESTIBULE_COMMAND']).toBe('docker compose exec vestibule vestibule');
  });

  test('names a volume for every volume of the image', () => {
    const mounts = compose.services['vestibule']?.volumes ?? [];
    expect(mounts).toEqual(['config:/config', 'connectors:/connectors', 'data:/data', 'drops:/drops']);
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(['config', 'connectors', 'data', 'drops']));
  });
});

describe('the reverse proxies', () => {
  test('pass on /scim and answer everything else with 404 in caddy', () => {
    const caddy = read('deploy/Caddyfile').replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, ' ');
    expect(caddy).toContain('@scim path /scim /scim/* handle @scim { reverse_proxy vestibule:8080 } handle { respond 404 }');
    expect(caddy.match(/reverse_proxy/g)).toHaveLength(1);
  });

  test('pass on /scim and answer everything else with 404 in nginx', () => {
    const nginx = read('deploy/nginx.conf').replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, ' ');
    expect(nginx.match(/location [^{]+/g)?.map((line) => line.trim())).toEqual(['location ~ ^/scim(/|$)', 'location /']);
    expect(nginx.match(/proxy_pass/g)).toHaveLength(1);
    expect(nginx).toContain('location / { return 404; }');
  });

  test('send in nginx the headers that links and limits need, and are trusted', () => {
    const nginx = read('deploy/nginx.conf');
    for (const line of ['Proto $scheme', 'Host $host', 'For $proxy_add_x_forwarded_for'])
      expect(nginx).toContain(`proxy_set_header X-Forwarded-${line};`);
    expect(nginx).toContain('trustedProxies: [127.0.0.1]');
  });
});
