import { expect, it } from 'vitest';
import type { Problem } from '../../src/domain/errors.ts';
import { connectorText, oneTarget, readFiles, targetText } from './folder.ts';

it('a Target with a `source` has this Source as the last condition of its scope', () => {
  const site = readFiles({
    'vestibule.yaml': 'sources: { hr: {}, plant: {} }\n',
    ...oneTarget(connectorText, `${targetText}source: hr\nscope: ['title != ""']\n`),
  });
  expect(site.problems.filter(({ level }) => level === 'problem')).toEqual([]);
  expect(site.fileDefinitions.get('desk')?.scope.map(({ name, rule }) => [name, rule])).toEqual([
    ['title != ""', 'title != ""'],
    ['source: hr', 'source == "hr"'],
  ]);
});

it('rejects a Source name with invalid characters', () => {
  const { problems } = readFiles(oneTarget(connectorText, `${targetText}source: 'hr" || true'\n`));
  expect(problems).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'source', level: 'problem' })]));
});

const bound = (source: string, daemon?: string) =>
  readFiles({
    ...(daemon !== undefined && { 'vestibule.yaml': daemon }),
    ...oneTarget(connectorText, `${targetText}source: ${source} # people of HR\n`),
  });
const problemOf = (problems: readonly Problem[]) => problems.find(({ path }) => path === 'source');
const line = `${targetText}source`.split('\n').length;

it.each([
  ['hr', undefined, 'unknown source hr; known: default', 'To add it, write in vestibule.yaml: sources: { hr: {} }'],
  [
    'plnt',
    'sources: { hr: {}, plant: {} }\n',
    'unknown source plnt; known: hr, plant',
    'Did you mean plant? To add it, write in vestibule.yaml: sources: { plnt: {} }',
  ],
])('reports an unknown Source on the line that names it: %s', (source, daemon, message, hint) => {
  const site = bound(source, daemon);
  expect(problemOf(site.problems)).toMatchObject({ line, column: 9, message, hint, level: 'problem' });
  expect(site.brokenTargets).toEqual(['desk']);
});

it.each([
  ['a schema', 'server: { scimm: 1 }\nsources: { plant: {} }\n'],
  ['a check', 'server: { scim: { listen: 0.0.0.0:8080 } }\nsources: { plant: {} }\n'],
])('reports an unknown Source while another section of vestibule.yaml has problems that %s finds', (_, daemon) => {
  const { problems } = bound('plnt', daemon);
  expect(problems.some(({ file, level }) => file.endsWith('vestibule.yaml') && level === 'problem')).toBe(true);
  expect(problemOf(problems)).toMatchObject({ line, column: 9, message: 'unknown source plnt; known: plant' });
});

it.each([
  ['a schema', 'sources: { plant: { quiet: never } }\n'],
  ['YAML', 'sources: { plant: {} \n'],
])('does not report a Source while the sources of vestibule.yaml have problems that %s finds', (_, daemon) => {
  expect(problemOf(bound('plnt', daemon).problems)).toBeUndefined();
});

it('the Source default exists without a vestibule.yaml', () => {
  expect(problemOf(bound('default').problems)).toBeUndefined();
});
