import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TargetDefinition } from '../../src/domain/target.ts';
import { compareDefinitions, overlayImmediate } from '../../src/config/compare-definitions.ts';
import { aDefinition } from '../mapping/definition.ts';

const applied = aDefinition({
  settings: { url: 'https://a', drop: { folder: '/d' }, auth: { bearer: '${env:A}' }, rate: '10/s', update: { put: '/x' } },
  values: { k: { text: '${env:A}', secret: true } },
  groupIds: { Hosts: ['g1'] },
});

function fileDefinition(differing: Partial<TargetDefinition>): TargetDefinition {
  return { ...applied, groupIds: {}, ...differing };
}
const settings = (differing: Readonly<Record<string, unknown>>) => fileDefinition({ settings: { ...applied.settings, ...differing } });
const removals = (differing: Partial<TargetDefinition['guard']['removals']>) =>
  fileDefinition({ guard: { ...applied.guard, removals: { ...applied.guard.removals, ...differing } } });

const sourceRule = [{ name: 'source: hr', rule: 'source == "hr"' }];

describe('an edit', () => {
  const cases: readonly (readonly [string, TargetDefinition, readonly string[], readonly string[], boolean])[] = [
    ['of nothing', fileDefinition({}), [], [], true],
    ['of credentials', settings({ auth: { basic: { user: 'u', password: '${env:P}' } } }), ['settings.auth.bearer', 'settings.auth.basic'], [], true],
    ['that takes credentials away', settings({ auth: undefined }), ['settings.auth'], [], true],
    ['of rate, concurrency or time-out in a Connector waits for apply', settings({ rate: '1/s', concurrency: 2, timeout: '5s' }), [], ['settings.rate', 'settings.concurrency', 'settings.timeout'], true],
    ['of a secret that the Connector needs', { ...applied, values: { k: { text: '${env:B}', secret: true } } }, ['values.k.text'], [], true],
    ['of another value that it needs', { ...applied, values: { ...applied.values, site: { text: '13', secret: false } } }, [], ['values.site'], true],
    ['of tls, rate, concurrency, time-out', { ...settings({ tls: { ca: '/x' }, rate: '1/s', concurrency: 2, timeout: '5s' }), ownSettings: ['concurrency', 'rate', 'timeout', 'tls'] }, ['settings.rate', 'settings.tls', 'settings.concurrency', 'settings.timeout'], [], true],
    ['of the schedule', fileDefinition({ schedule: { onChange: false, reconcile: '0 3 * * *' } }), ['schedule.onChange', 'schedule.reconcile'], [], true],
    ['to a lower limit', removals({ most: 5 }), ['guard.removals.most'], [], true],
    ['to a higher limit', removals({ most: 50 }), [], ['guard.removals.most'], true],
    ['to a smaller share', removals({ share: 0.01 }), ['guard.removals.share'], [], true],
    ['to a longer look back', removals({ withinMs: 172_800_000 }), ['guard.removals.within'], [], true],
    ['to a shorter look back', removals({ withinMs: 1_000 }), [], ['guard.removals.within'], true],
    ['to a longer wait', removals({ waitMs: 60_000 }), ['guard.removals.wait'], [], true],
    ['to looser mass changes', fileDefinition({ guard: { ...applied.guard, changes: { share: 0.5, withinMs: 3_600_000 } } }), [], ['guard.changes.share'], true],
    ['of one field', fileDefinition({ mapping: { ...applied.mapping, Name: { from: 'displayName' } } }), [], ['mapping.Name'], true],
    ['of the source', fileDefinition({ scope: [...applied.scope, ...sourceRule] }), [], ['source'], true],
    ['of scope and source', fileDefinition({ scope: [{ name: 'a', rule: 'title != ""' }, ...sourceRule] }), [], ['scope', 'source'], true],
    ['of the scope', fileDefinition({ scope: [{ name: 'a', rule: 'title != ""' }] }), [], ['scope'], true],
    ['of one reason', fileDefinition({ leavers: { gone: [{ do: 'delete', afterMs: 0 }] } }), [], ['leavers.gone'], true],
    ['of how records are written', settings({ update: { put: '/y' } }), [], ['settings.update.put'], true],
    ['of the address', settings({ url: 'https://b' }), [], ['settings.url'], false],
    ['of the drop', settings({ drop: { folder: '/x' } }), [], ['settings.drop.folder'], false],
    ['of the permissions in the drop', { ...applied, settings: { ...applied.settings, drop: { folder: '/d', mode: '0644' } } }, ['settings.drop.mode'], [], true],
    ['of the product', fileDefinition({ connector: 'other' }), [], ['connector'], false],
    ['of where the Connector lies', fileDefinition({ folder: '/elsewhere', title: 'Sine 2' }), [], ['title', 'folder'], true],
  ]; // prettier-ignore
  it.each(cases)('%s', (_name, inFile, atOnce, waiting, sameSystem) => {
    const comparison = compareDefinitions(applied, inFile);
    expect({ ...comparison, atOnce: [...comparison.atOnce].sort(), waiting: [...comparison.waiting].sort() }).toEqual({
      atOnce: [...atOnce].sort(),
      waiting: [...waiting].sort(),
      sameSystem,
    });
  });
});

it('the settings that take effect at once are merged into the applied definition, and no others', () => {
  const inFile = fileDefinition({
    ...settings({ auth: { basic: { user: 'u', password: 'p' } }, url: 'https://b', rate: undefined }),
    schedule: { onChange: false },
    scope: [{ name: 'a', rule: 'b' }],
  });
  expect(overlayImmediate(applied, inFile)).toEqual({
    ...applied,
    settings: {
      url: 'https://a',
      drop: { folder: '/d' },
      auth: { basic: { user: 'u', password: 'p' } },
      rate: '10/s',
      update: { put: '/x' },
    },
    schedule: { onChange: false },
  });
});

it('after the merge only the settings that wait for apply differ', () => {
  const values = fc.record({ rate: fc.option(fc.constantFrom('1/s', '2/s'), { nil: undefined }), url: fc.constantFrom('https://a', 'https://b'), most: fc.integer({ min: 0, max: 50 }), auth: fc.option(fc.dictionary(fc.constantFrom('bearer', 'basic'), fc.string()), { nil: undefined }) }); // prettier-ignore
  fc.assert(
    fc.property(values, ({ rate, url, most, auth }) => {
      const inFile = { ...settings({ rate, url, auth }), guard: removals({ most }).guard };
      const before = compareDefinitions(applied, inFile);
      expect(compareDefinitions(overlayImmediate(applied, inFile), inFile)).toEqual({ ...before, atOnce: [] });
    }),
    { numRuns: 200 },
  );
});
