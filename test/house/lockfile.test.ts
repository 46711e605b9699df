import { describe, expect, it } from 'vitest';
import lockfile from '../../package-lock.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { findLostDependencies, type Lockfile } from './lockfile.ts';

describe('the lockfile', () => {
  it('has an entry for every optional dependency, whatever machine it was written on', () => {
    expect(findLostDependencies(lockfile as Lockfile)).toEqual([]);
  });

  it('has a checksum for every package', () => {
    const entries = Object.entries(lockfile.packages as Readonly<Record<string, { readonly integrity?: string }>>);
    expect(entries.filter(([place, { integrity }]) => place !== '' && integrity === undefined).map(([place]) => place)).toEqual([]);
  });

  it('pins every package that the manifest names to one version', () => {
    const named = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

describe('the check of the lockfile', () => {
  const a = { optionalDependencies: { 'a-linux': '1.0.0' } };

  it.each([
    ['an entry at the top', { 'node_modules/a': a, 'node_modules/a-linux': {} }, []],
    ['an entry of its own', { 'node_modules/a': a, 'node_modules/a/node_modules/a-linux': {} }, []],
    ['an entry half way up', { 'node_modules/@x/b/node_modules/a': a, 'node_modules/@x/b/node_modules/a-linux': {} }, []],
    ['no entry', { 'node_modules/a': a }, ['node_modules/a: a-linux']],
    ['an entry of somebody else', { 'node_modules/a': a, 'node_modules/b/node_modules/a-linux': {} }, ['node_modules/a: a-linux']],
    ['no entry for the project itself', { '': a }, ['the project: a-linux']],
  ])('with %s', (_, packages, lost) => {
    expect(findLostDependencies({ packages })).toEqual(lost);
  });
});
