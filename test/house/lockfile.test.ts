import { describe, expect, it } from 'vitest';
import lockfile from '../../package-lock.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { findLostDependencies, type Lockfile } from './lockfile.ts';

describe('the lockfile', () => {
  it('has an entry for every optional dependency, regardless of the machine that wrote it', () => {
    expect(findLostDependencies(lockfile as Lockfile)).toEqual([]);
  });

  it('has a checksum for every package', () => {
    const entries = Object.entries(lockfile.packages as Readonly<Record<string, { readonly integrity?: string }>>);
    expect(entries.filter(([place, { integrity }]) => place !== '' && integrity === undefined).map(([place]) => place)).toEqual([]);
  });

  it('pins every package of package.json to one version', () => {
    const named = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

describe('the check of the lockfile', () => {
  const a = { optionalDependencies: { 'a-linux': '1.0.0' } };

  it.each([
    ['an entry at the top', { 'node_modules/a': a, 'node_modules/a-linux': {} }, []],
    ['an entry in its own folder', { 'node_modules/a': a, 'node_modules/a/node_modules/a-linux': {} }, []],
    ['an entry in a folder above', { 'node_modules/@x/b/node_modules/a': a, 'node_modules/@x/b/node_modules/a-linux': {} }, []],
    ['no entry', { 'node_modules/a': a }, ['node_modules/a: a-linux']],
    ['an entry below another package', { 'node_modules/a': a, 'node_modules/b/node_modules/a-linux': {} }, ['node_modules/a: a-linux']],
    ['no entry for the project itself', { '': a }, ['the project: a-linux']],
  ])('reports a missing optional dependency, or none, for %s', (_, packages, lost) => {
    expect(findLostDependencies({ packages })).toEqual(lost);
  });
});
