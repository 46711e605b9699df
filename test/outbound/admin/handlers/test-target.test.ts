import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../src/domain/errors.ts';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import { testTarget } from '../../../../src/outbound/admin/handlers/test-target.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness, type Harness } from '../../engine/harness.ts';
import { siteFiles } from '../../../support/site-files.ts';

interface Files {
  readonly fileDefinitions?: readonly TargetDefinition[];
  readonly problems?: readonly Problem[];
}

/** The handler with a read-only real store and these files; `tested` contains every examined definition. */
function prepare(harness: Harness, { fileDefinitions = [], problems = [] }: Files) {
  const tested: TargetDefinition[] = [];
  const store = new Proxy(harness.store, {
    get: (real, name: keyof typeof harness.store) => {
      if (name === 'engine' || name === 'notes') throw new Error(`writes to the store: ${name}`);
      return real[name];
    },
  });
  const deps: Parameters<typeof testTarget>[0] = {
    engineDeps: { ...harness.deps, store },
    readFiles: () => siteFiles(fileDefinitions, problems),
    stopping: new AbortController().signal,
    examine: (definition) => {
      tested.push(definition);
      return { examination: { steps: [], close: () => Promise.resolve() }, missing: [], secrets: 0 };
    },
  };
  return { run: (name: string, applied = false) => testTarget(deps, name, { applied }), tested };
}

const open = () => {
  const system = new FakeSystem();
  return openHarness({ 'front-desk': () => system.connect() });
};
const at = (url: string, change: Partial<TargetDefinition> = {}) =>
  definitionOf({ settings: { url, auth: { bearer: '${env:A}' } }, ...change });
const problem = (file: string): Problem => ({ file, path: 'scope', message: 'is not a list', level: 'problem' });

describe('test', () => {
  it('tests a file that was never applied, and stores nothing', async () => {
    const harness = await open();
    const fileDefinition = at('http://a.test', { target: 'lobby' });
    const { run, tested } = prepare(harness, { fileDefinitions: [fileDefinition] });
    expect(await run('lobby')).toMatchObject({ target: 'lobby', tested: 'file', notes: ['The target was never applied.'], passed: true });
    expect(tested).toEqual([fileDefinition]);
    expect(await harness.store.targets.list()).toEqual([]);
  });

  it('tests the file, and shows how its address or sign-in differs from the applied definition', async () => {
    const harness = await open();
    const { definition } = await harness.apply(at('http://a.test'));
    const same = prepare(harness, { fileDefinitions: [at('http://a.test', { scope: [{ name: 'x', rule: 'active' }] })] });
    expect(await same.run('front-desk')).toMatchObject({ tested: 'file', notes: [] });
    const fileDefinition = at('http://b.test', { settings: { url: 'http://b.test', auth: { bearer: '${env:B}' } } });
    const { run, tested } = prepare(harness, { fileDefinitions: [fileDefinition] });
    expect(await run('front-desk')).toMatchObject({
      tested: 'file',
      notes: [
        'The file differs from the applied definition: settings.url, settings.auth.bearer. To test the applied definition, add --applied.',
      ],
    });
    expect(await run('front-desk', true)).toMatchObject({ tested: 'applied', notes: [] });
    expect(tested).toEqual([fileDefinition, definition]);
  });

  it('tests the applied definition when the file has problems or is missing, and says so', async () => {
    const harness = await open();
    const { definition } = await harness.apply(at('http://a.test'));
    const broken = prepare(harness, { problems: [problem('config/targets/front-desk.yaml')] });
    expect(await broken.run('front-desk')).toMatchObject({
      tested: 'applied',
      notes: ['The file config/targets/front-desk.yaml has problems (see: `vestibule check`), so the applied definition was tested.'],
    });
    expect(broken.tested).toEqual([definition]);
    await harness.engine.syncDefinitions([], (applied) => applied);
    const gone = prepare(harness, {});
    expect((await gone.run('front-desk')).notes).toEqual([
      'The file config/targets/front-desk.yaml was removed, so the applied definition was tested.',
    ]);
  });

  it('shows the problems of a file that was never applied', async () => {
    const harness = await open();
    const { run } = prepare(harness, { problems: [problem('config/targets/lobby.yaml')] });
    await expect(run('lobby')).rejects.toMatchObject({ code: 'config' });
  });

  it('refuses an unknown Target and names the existing ones', async () => {
    const harness = await open();
    await harness.apply(at('http://a.test'));
    const { run } = prepare(harness, { fileDefinitions: [at('http://a.test', { target: 'lobby' })] });
    await expect(run('loby')).rejects.toMatchObject({
      message: 'there is no target loby',
      hint: 'Did you mean lobby? Targets: front-desk, lobby.',
    });
    await expect(run('lobby', true)).rejects.toMatchObject({ message: 'lobby was never applied' });
  });
});
