import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkSite } from '../../src/config/checks/check-site.ts';
import type { SettingsChecker } from '../../src/config/checks/settings-checker.ts';
import { runExamples } from '../../src/config/checks/run-examples.ts';
import { toJsonSchemas } from '../../src/config/schemas/json-schemas.ts';
import { thisMachine } from '../../src/config/machine.ts';
import { readConnector } from '../../src/config/read/read-connectors.ts';
import { readSite } from '../../src/config/site.ts';
import { parseYaml } from '../../src/config/yaml/yaml-file.ts';
import { writeFiles } from './folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shipped = `${root}connectors`;
const names = readdirSync(shipped, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('a shipped Connector', () => {
  it.each(names)('%s has no problem, has a README, and its examples give the expected results', (name) => {
    const { value, folder, problems } = readConnector(`${shipped}/${name}`);
    expect(problems).toEqual([]);
    if (value === undefined) throw new Error('not read');
    expect(value.examples.length).toBeGreaterThan(0);
    expect(runExamples({ connector: value, folder })).toEqual([]);
    expect(readFileSync(`${shipped}/${name}/README.md`, 'utf8')).toMatch(/Tried with/);
  });

  it('with an example that gives another result is reported', () => {
    const { value, folder } = readConnector(`${shipped}/sine-csv`);
    if (value === undefined) throw new Error('not read');
    const person = { email: 'a@b', office: 'Graz' };
    const examples = [
      { person, tables: { offices: { Graz: 'GRZ' } }, record: { Email: 'x' } },
      { person, record: {} },
      { person, tables: { offices: { Graz: 'GRZ' } }, heldBack: 'Email' },
      { person: { emial: 'a@b' }, record: {} },
      { person: { ...person, office: 'Linz' }, tables: { offices: {} }, record: {} },
    ];
    const failures = runExamples({ connector: { ...value, examples }, folder });
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the record is \[\{"Email":"a@b".*not \[\{"Email":"x"\}\]$/),
      expect.stringMatching(/unknown table offices/),
      'the row is valid, but Email should make it invalid',
      'person.emial: unknown key (Did you mean email?)',
      expect.stringMatching(/^no valid row: Site Name: "Linz" is not in the table offices/),
    ]);
  });
});

describe('the editor schemas', () => {
  it('describe every key', () => {
    const bare: string[] = [];
    const walk = (schema: { properties?: Record<string, object>; description?: string }, path: string) => {
      for (const [key, inner] of Object.entries(schema.properties ?? {})) {
        if (!('description' in inner)) bare.push(`${path}.${key}`);
        walk(inner, `${path}.${key}`);
      }
    };
    for (const [name, schema] of Object.entries(toJsonSchemas())) walk(schema, name);
    expect(bare).toEqual([]);
  });
});

/** The schemas of the Drivers; for any other driver, all settings are valid. */
async function readDrivers(): Promise<ReadonlyMap<string, SettingsChecker>> {
  const drivers = new Map<string, SettingsChecker>();
  for (const name of ['csv', 'rest', 'script', 'scim']) {
    const file = `${root}src/outbound/drivers/${name}/index.ts`;
    const exported: object = existsSync(file) ? ((await import(file)) as object) : {};
    const driver = Object.values(exported).find(
      (value): value is SettingsChecker => typeof value === 'object' && value !== null && 'settings' in value,
    );
    drivers.set(name, driver ?? { settings: z.record(z.string(), z.unknown()) });
  }
  return drivers;
}

describe('every block of docs/configuration.md', () => {
  const blocks = [...readFileSync(`${root}docs/configuration.md`, 'utf8').matchAll(/^```(yaml|json)\n(.*?)^```/gms)].map(
    ([, language = '', text = '']) => ({
      language,
      text,
    }),
  );
  const yaml = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);
  const nameIn = (text: string, key: string) => new RegExp(`^${key}: (\\S+)`, 'm').exec(text)?.[1];

  const isDaemon = (text: string) => /^(?:server|sources|attributes):/m.test(text);

  it.each(yaml.filter(isDaemon).map((text, index) => [index + 1, text] as const))(
    'about the daemon, number %i, is valid without the other blocks',
    (_, text) => {
      const folder = writeFiles({ 'vestibule.yaml': text });
      const { problems, daemonBroken } = readSite(folder, `${folder}/shipped`);
      expect(problems.filter(({ level }) => level === 'problem')).toEqual([]);
      expect(daemonBroken).toBe(false);
    },
  );

  it('is one of the three kinds of file', () => {
    const kinds = yaml.map((text) =>
      [nameIn(text, 'target'), nameIn(text, 'connector'), isDaemon(text) ? 'daemon' : undefined].some((kind) => kind !== undefined),
    );
    expect(kinds.length).toBeGreaterThanOrEqual(8);
    expect(kinds).not.toContain(false);
  });

  it('loads, and check finds neither a problem nor a match field that can be empty', async () => {
    const files = yaml.map((text) => {
      const [target, connector] = [nameIn(text, 'target'), nameIn(text, 'connector')];
      if (target !== undefined) return [`targets/${target}.yaml`, text] as const;
      return connector === undefined ? (['vestibule.yaml', text] as const) : ([`connectors/${connector}/connector.yaml`, text] as const);
    });
    // Connectors without a Target on the page get the smallest valid Target of their Driver.
    const extra = {
      'targets/badge-api.yaml':
        'target: badge-api\nconnector: badge-rest\nsettings: { url: https://b.local, site: 1, hookKey: "${env:HOOK}", auth: { bearer: "${env:BADGE}" } }\n',
      'targets/badges.yaml': 'target: badges\nconnector: badge-ps\nsettings: { BADGE_API: https://badges.local }\n',
      'targets/visitly.yaml':
        "target: visitly\nconnector: visitly-scim\nsettings: { url: https://api.visitly.example/SCIM, auth: { bearer: '${env:VISITLY}' } }\n",
      'targets/vms.yaml': 'target: vms\nconnector: sign-in-enterprise-csv\nsettings: { drop: { folder: /drops/vms } }\n',
    };
    const folder = writeFiles({ ...Object.fromEntries(files), ...extra });
    const site = checkSite(readSite(folder, `${folder}/shipped`), await readDrivers(), thisMachine({}));
    expect(site.problems.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(site.problems.filter(({ message }) => message.includes('can be empty'))).toEqual([]);
    expect([...site.fileDefinitions.keys()].sort()).toEqual(['badge-api', 'badges', 'front-desk', 'old-vms-plant2', 'visitly', 'vms']);
    for (const [name, text] of files.filter(([file]) => file.startsWith('connectors/'))) {
      const { value, folder: where } = readConnector(`${folder}/${name.replace('/connector.yaml', '')}`);
      expect(value, text).toBeDefined();
      if (value !== undefined) expect(runExamples({ connector: value, folder: where })).toEqual([]);
    }
  });

  it('of JSON is one line of the script protocol', () => {
    const lines = blocks.filter(({ language }) => language === 'json').flatMap(({ text }) => text.trim().split('\n'));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ v: 1 });
  });
});

it('the YAML blocks of the shipped READMEs are valid YAML', () => {
  for (const name of names) {
    for (const [, text = ''] of readFileSync(`${shipped}/${name}/README.md`, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)) {
      expect(parseYaml(name, text).problems).toEqual([]);
    }
  }
});
