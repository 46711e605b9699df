import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkSite } from '../../src/config/checks/check-site.ts';
import type { SettingsChecker } from '../../src/config/checks/settings-checker.ts';
import { aMachine, connectorText, oneTarget, readFiles } from './folder.ts';

const judge: SettingsChecker = {
  settings: z.strictObject({
    mode: z.enum(['full', 'delta']),
    url: z.string().regex(/^https:/, 'is not an https address'),
    port: z.coerce.number().optional(),
    auth: z.strictObject({ bearer: z.string().max(10, 'is too long') }).optional(),
    find: z.strictObject({ 'a.b': z.string() }).optional(),
  }),
  check: () => [
    { path: 'find.a.b', message: 'does not compile', level: 'problem' },
    { path: 'url', message: 'is slow', level: 'note' },
  ],
};
const drivers = new Map([['csv', judge]]);

function check(settings: string, machine = aMachine()) {
  const site = readFiles(oneTarget(`${connectorText}  outOfScope: []\n`, `target: desk\nconnector: tiny\nsettings:\n${settings}`), machine);
  expect(site.problems).toEqual([]);
  return checkSite(site, drivers, machine);
}

it('settings that match the schema leave the Target unchanged, and notes of the Driver name its file', () => {
  const site = checkSite(
    readFiles(oneTarget(connectorText, 'target: desk\nconnector: tiny\nsettings:\n  url: https://x\n')),
    new Map([['csv', { settings: judge.settings }]]),
  );
  expect(site.fileDefinitions.has('desk')).toBe(true);
  expect(site.brokenTargets).toEqual([]);
});

it('reports the path of each settings problem and marks the Target invalid', () => {
  const site = check('  url: http://x\n  prot: 5\n');
  expect(site.problems.map(({ line, path, message, hint }) => ({ line, path, message, hint }))).toEqual([
    { line: 4, path: 'settings.url', message: 'is not an https address', hint: undefined },
    { line: 5, path: 'settings.prot', message: 'unknown key', hint: 'Did you mean port?' },
  ]);
  expect(site.brokenTargets).toEqual(['desk']);
  expect(site.fileDefinitions.size).toBe(0);
});

it('a problem in a setting of the Connector names the file of the Connector', () => {
  const site = checkSite(
    readFiles(oneTarget(connectorText.replace('full', 'fall'), 'target: desk\nconnector: tiny\nsettings:\n  url: https://x\n')),
    drivers,
  );
  expect(site.problems.filter(({ level }) => level === 'problem')).toMatchObject([
    { line: 7, path: 'settings.mode', hint: 'Did you mean full? Use one of: full, delta.' },
  ]);
  expect(site.problems.at(-1)?.file).toMatch(/connector\.yaml$/);
});

it('problems found by the Driver name their place, also for keys that contain dots', () => {
  const site = check('  url: https://x\n  find:\n    a.b: x\n');
  expect(site.problems.map(({ line, path, level }) => ({ line, path, level }))).toEqual([
    { line: 6, path: 'settings.find."a.b"', level: 'problem' },
    { line: 4, path: 'settings.url', level: 'note' },
  ]);
});

it('a missing secret is only a warning', () => {
  const site = check("  url: '${env:URL}'\n");
  expect(site.problems).toMatchObject([
    { level: 'warning', path: 'settings.url', message: '${env:URL}: the variable is not set', line: 4 },
  ]);
  expect(site.fileDefinitions.has('desk')).toBe(true);
});

it('an invalid secret is not shown', () => {
  const site = check("  url: https://x\n  auth: { bearer: '${env:TOKEN}' }\n", aMachine({ TOKEN: 'hunter2-hunter2' }));
  expect(site.problems).toMatchObject([{ path: 'settings.auth.bearer', message: 'is too long' }]);
  const asMode = check("  url: https://x\n  mode: '${env:TOKEN}'\n", aMachine({ TOKEN: 'hunter2' }));
  expect(asMode.problems).toMatchObject([{ path: 'settings.mode', message: 'has an invalid value', hint: 'Use one of: full, delta.' }]);
  expect(JSON.stringify([site, asMode])).not.toContain('hunter2');
});

it('an unknown Driver is a problem of the Connector', () => {
  const site = checkSite(readFiles(oneTarget(connectorText.replace('driver: csv', 'driver: cvs'))), drivers);
  expect(site.problems).toEqual(
    expect.arrayContaining([expect.objectContaining({ path: 'driver', message: 'unknown driver cvs', line: 2 })]),
  );
});
