import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkSite } from '../../src/config/checks/check-site.ts';
import { parseRemainder } from '../../src/config/read/parse-remainder.ts';
import { drivers } from '../../src/outbound/drivers/registry.ts';
import { aMachine, connectorText, oneTarget, readFiles, targetText } from './folder.ts';

const csv = connectorText.replace('  mode: full\n', '  mode: full\n  header: [Email, Name]\n');

/** The problems of a Connector and a Target, without warnings and notes: line, path and message. */
function problemsOf(connector: string, target: string, more: Readonly<Record<string, string>> = {}) {
  const site = checkSite(readFiles({ ...oneTarget(connector, target), ...more }), drivers, aMachine());
  expect(site.fileDefinitions.size).toBe(0);
  return site.problems
    .filter(({ level }) => level === 'problem')
    .map(({ file, line, path, message }) => [file.replace(/^.*(targets|connectors)\//, ''), line, path, message]);
}

describe('one run of check lists', () => {
  it('an unknown key, an invalid expression, a wrong leaver step, an invalid schedule and a setting that the driver rejects, all in one file', () => {
    const target = `target: desk
connector: tiny
scoop: []
settings: { drop: { folder: drops }, fileNam: x.csv }
mapping: { Name: departmnt }
leavers: { gone: [{ do: deactivate }] }
schedule: { reconcile: '61 3 * * *' }
`;
    expect(problemsOf(csv, target)).toEqual([
      ['desk.yaml', 7, 'schedule.reconcile', 'is not a cron expression: 61 is not valid for minute'],
      ['desk.yaml', 3, 'scoop', 'unknown key'],
      ['desk.yaml', 5, 'mapping.Name', 'unknown name departmnt'],
      ['desk.yaml', 6, 'leavers.gone.0.do', 'tiny cannot deactivate; it supports create, update, delete'],
      ['desk.yaml', 4, 'settings.drop.folder', 'is not an absolute path'],
      ['desk.yaml', 4, 'settings.fileNam', 'unknown key'],
    ]);
  });

  it('the problems of a Target with a name other than its file name, and of a Target with a duplicate key', () => {
    const found = problemsOf(
      csv,
      `${targetText.replace('target: desk', 'target: lobby')}tables: {}\ntables: {}\nmapping: { Name: departmnt }\n`,
    );
    expect(found.map(([, , path, message]) => [path, message])).toEqual([
      ['', 'duplicate key tables: it is already on line 5'],
      ['target', 'is lobby, but its file is desk.yaml'],
      ['mapping.Name', 'unknown name departmnt'],
    ]);
  });

  it('the problems of a Target and of its Connector', () => {
    const found = problemsOf(`${csv.replace('lower(email)', 'lower(emial)')}colour: red\n`, `${targetText}scope: ['title ==']\n`);
    expect(found.map(([file, , path]) => [file, path])).toEqual([
      ['tiny/connector.yaml', 'colour'],
      ['desk.yaml', 'scope.0'],
      ['tiny/connector.yaml', 'mapping.Email.from'],
    ]);
  });

  it('the sources of vestibule.yaml that follow a misspelt key', () => {
    const trust = '{ entra: { tenant: 11111111-2222-3333-4444-555555555555 } }';
    const { problems } = readFiles({ 'vestibule.yaml': `kepe: {}\nsources: { a: ${trust}, b: ${trust} }\n` });
    expect(problems.map(({ path }) => path)).toEqual(['kepe', 'sources.b.entra']);
  });
});

describe('no further problem is reported because of an invalid part', () => {
  it('tables that could not be read are not reported as unknown', () => {
    const found = problemsOf(csv, `${targetText}tables: 5\nmapping: { Name: 'lookup("t", office)' }\n`);
    expect(found.map(([, , path]) => path)).toEqual(['tables']);
  });

  it('a field that could not be read is not reported as missing from match', () => {
    const found = problemsOf(csv.replace('{ from: lower(email), empty: hold }', '{ from: email, max: 0 }'), targetText);
    expect(found.map(([, , path]) => path)).toEqual(['mapping.Email.max']);
  });

  it('absent is not reported as missing when it could not be read', () => {
    const found = problemsOf(csv.replace('absent: removed', 'absent: vanished'), targetText);
    expect(found.map(([, , path]) => path)).toEqual(['absent']);
  });
});

describe('the valid part of a value', () => {
  const schema = z.strictObject({
    name: z.string(),
    size: z.int().optional(),
    list: z.array(z.strictObject({ a: z.string() })).default([]),
    map: z.record(z.string(), z.int()).default({}),
  });

  it.each<[string, unknown, unknown]>([
    ['a whole value', { name: 'x' }, { value: { name: 'x', list: [], map: {} }, dropped: [] }],
    ['an unknown key', { name: 'x', y: 1 }, { value: { name: 'x', list: [], map: {} }, dropped: [] }],
    ['a wrong one', { name: 'x', size: 'a' }, { value: { name: 'x', list: [], map: {} }, dropped: [['size']] }],
    ['one of a map', { name: 'x', map: { a: 1, b: 'c' } }, { value: { name: 'x', list: [], map: { a: 1 } }, dropped: [['map', 'b']] }],
    ['one of a list', { name: 'x', list: [{ a: 'b' }, { a: 1 }] }, { value: { name: 'x', list: [], map: {} }, dropped: [['list']] }],
    ['a required key missing', { size: 1 }, undefined],
    ['a required key wrong', { name: 1 }, undefined],
    ['no map', [], undefined],
  ])('%s', (_what, value, expected) => {
    expect(parseRemainder(schema, value)).toEqual(expected);
  });
});
