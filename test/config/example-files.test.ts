import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkSite } from '../../src/config/checks/check-site.ts';
import { daemonFile } from '../../src/config/schemas/daemon-file.ts';
import { runExamples } from '../../src/config/checks/run-examples.ts';
import { readConnector } from '../../src/config/read/read-connectors.ts';
import { readSite } from '../../src/config/site.ts';
import { defaultDaemonConfig, toDaemonConfig } from '../../src/config/daemon-config.ts';
import { drivers } from '../../src/outbound/drivers/registry.ts';

const root = join(import.meta.dirname, '..', '..');
const shipped = join(root, 'connectors');

/** A site with the `config` folder of a fresh checkout. */
let config = '';
beforeEach(() => {
  config = join(mkdtempSync(join(tmpdir(), 'vestibule-examples-')), 'config');
  for (const path of trackedFiles()) cpSync(join(root, path), join(config, '..', path));
});
afterEach(() => rmSync(join(config, '..'), { recursive: true }));

function trackedFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', 'config'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
}

function problems() {
  const site = checkSite(readSite(config, shipped), drivers);
  return {
    targets: [...site.fileDefinitions.keys()],
    connectors: site.read.connectors,
    problems: site.problems.filter(({ level }) => level !== 'warning'),
  };
}

describe('the config folder of a checkout', () => {
  it('has an example of each kind of file, and none of them takes effect', () => {
    expect(trackedFiles()).toEqual([
      'config/connectors/README.md',
      'config/connectors/my-product.yaml.example',
      'config/targets/README.md',
      'config/targets/front-desk.yaml.example',
      'config/vestibule.yaml.example',
    ]);
    expect(problems()).toEqual({ targets: [], connectors: 0, problems: [] });
    expect(readSite(config, shipped).daemon).toEqual(defaultDaemonConfig());
  });

  it('has an example of a target that passes check once it is copied to its name', () => {
    copyFileSync(join(config, 'targets/front-desk.yaml.example'), join(config, 'targets/front-desk.yaml'));
    expect(problems()).toEqual({ targets: ['front-desk'], connectors: 1, problems: [] });
  });

  it('has an example of a connector that passes check and its own examples once it is copied into its folder', () => {
    const folder = join(config, 'connectors/my-product');
    mkdirSync(folder);
    copyFileSync(join(config, 'connectors/my-product.yaml.example'), join(folder, 'connector.yaml'));
    const target = 'target: vms\nconnector: my-product\nsettings: { url: https://vms.contoso.com, auth: { bearer: "${env:VMS_TOKEN}" } }\n';
    writeFileSync(join(config, 'targets/vms.yaml'), target);
    expect(problems()).toEqual({ targets: ['vms'], connectors: 1, problems: [] });
    const { value } = readConnector(folder);
    expect(value === undefined ? undefined : runExamples({ connector: value, folder })).toEqual([]);
  });

  it('has a vestibule.yaml that changes nothing until it is edited, with the defaults in comments', () => {
    const text = readFileSync(join(config, 'vestibule.yaml.example'), 'utf8');
    writeFileSync(join(config, 'vestibule.yaml'), text);
    expect(problems().problems).toEqual([]);
    expect(readSite(config, shipped).daemon).toEqual(defaultDaemonConfig());
    // After a person removes each #, all remaining lines must be valid settings.
    const settings = text.replaceAll(/^#(?![#]| yaml-language)/gm, '');
    const withoutDefault = settings.replaceAll(/^.*# no default.*\n(?: +urn.*\n)?/gm, '').replace(/^ {2}admin:\n/m, '');
    expect(toDaemonConfig(daemonFile.parse(parse(withoutDefault)))).toEqual(defaultDaemonConfig());
    expect(() => daemonFile.parse(parse(settings))).not.toThrow();
    expect(Object.keys(parse(settings) as object).sort()).toEqual(Object.keys(daemonFile.shape).sort());
    expect(Object.keys((parse(settings) as { server: { scim: object } }).server.scim).sort()).toEqual(
      Object.keys(daemonFile.parse({ server: { scim: {} } }).server.scim)
        .concat('listen', 'plainHttp', 'tls')
        .sort(),
    );
  });
});

describe("a site's own files in the folder", () => {
  it('are ignored by git, so that a pull cannot overwrite them', () => {
    const own = [
      'config/vestibule.yaml',
      'config/targets/front-desk.yaml',
      'config/targets/lobby.yaml.bak',
      'config/connectors/my-product/connector.yaml',
      'config/connectors/my-product/README.md',
      'config/secrets/token',
      'data/vestibule.db',
    ];
    const ignored = execFileSync('git', ['check-ignore', '--no-index', ...own], { cwd: root, encoding: 'utf8' });
    expect(ignored.trimEnd().split('\n')).toEqual(own);
  });

  it('have names that no tracked file has', () => {
    const read = (path: string) => /^config\/(?:vestibule\.yaml|targets\/[^/]*\.yaml|connectors\/[^/]+\/.*)$/.test(path);
    expect(trackedFiles().filter(read)).toEqual([]);
    expect(readdirSync(config)).not.toContain('vestibule.yaml');
  });

  it('are not copied into the image', () => {
    const allowed = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(allowed[1]).toBe('*');
    expect(allowed.filter((line) => line.startsWith('!config') || line === '!*')).toEqual([]);
  });
});
