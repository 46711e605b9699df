import { expect, it } from 'vitest';
import { connectorText, oneTarget, readFiles, targetText } from './folder.ts';

it('a Target that is bound to a Source has this Source as the last condition of its scope', () => {
  const site = readFiles(oneTarget(connectorText, `${targetText}source: hr\nscope: ['title != ""']\n`));
  expect(site.problems.filter(({ level }) => level === 'problem')).toEqual([]);
  expect(site.fileDefinitions.get('desk')?.scope.map(({ name, rule }) => [name, rule])).toEqual([
    ['title != ""', 'title != ""'],
    ['source: hr', 'source == "hr"'],
  ]);
});

it('a Source whose name contains more than a name is refused', () => {
  const { problems } = readFiles(oneTarget(connectorText, `${targetText}source: 'hr" || true'\n`));
  expect(problems).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'source', level: 'problem' })]));
});
