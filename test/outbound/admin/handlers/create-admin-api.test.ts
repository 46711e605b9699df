import { describe, expect, it } from 'vitest';
import type { AdminApi } from '../../../../src/admin/api.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness, type Harness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';

/** The admin API with a real store, for a site with these Sources in its file. */
async function openApi(
  sourceNames: readonly string[] = ['default'],
  troubles: readonly string[] = [],
): Promise<{ readonly api: AdminApi; readonly harness: Harness }> {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const api = createTestApi(harness, { sourceNames, troubles: () => troubles });
  return { api, harness };
}

describe('the revocation of a token', () => {
  it('is not undone when the token is extended', async () => {
    const { api } = await openApi();
    const { token } = await api.createToken({ label: 'entra' });
    await api.revokeToken(token.id);
    await expect(api.extendToken(token.id, 1_000)).rejects.toMatchObject({
      code: 'refused',
      message: `token ${token.id} (entra) was revoked permanently`,
      hint: 'create a new one: `vestibule token create --label TEXT --source default`',
    });
    expect((await api.listTokens())[0]).not.toHaveProperty('expiresAt');
  });

  it('removes a Source that only this token named', async () => {
    const { api } = await openApi();
    const { token } = await api.createToken({ label: 'slip', source: 'defautl' });
    expect((await api.status()).notes).toEqual([
      'source defautl is not in vestibule.yaml and uses the defaults. default in vestibule.yaml is not in use: ' +
        'if both are the same source, use one name for both. Otherwise add under sources in vestibule.yaml: defautl: {}',
    ]);
    await expect(api.createToken({ label: 'entra' })).rejects.toThrow('there are several sources: default, defautl');
    await api.revokeToken(token.id);
    const { notes, sources } = await api.status();
    expect({ notes, sources }).toEqual({ notes: [], sources: [] });
    expect(await api.createToken({ label: 'entra' })).toMatchObject({ token: { source: 'default' }, newSource: false });
  });

  it('keeps a Source that has connected', async () => {
    const { api, harness } = await openApi();
    const { token } = await api.createToken({ label: 'old', source: 'plant2' });
    await harness.store.sources.heard('plant2', harness.clock.now(), 1_000);
    await api.revokeToken(token.id);
    expect((await api.status()).sources).toMatchObject([{ id: 'plant2' }]);
  });
});

describe('why', () => {
  it('finds a deleted person by the record that a Target still has', async () => {
    const { api, harness } = await openApi();
    const fay = await harness.join('fay@contoso.com');
    await harness.apply(definitionOf({ leavers: {} }));
    await harness.idle();
    await harness.store.of('default').users.remove(fay.id, harness.by());
    await harness.idle();
    const { people, arrival, stories } = await api.why(' Fay@contoso.com');
    expect(people).toMatchObject([{ id: fay.id }]);
    expect(arrival).toMatch(/^deleted in the directory at /);
    expect(stories).toMatchObject([{ target: 'front-desk', accepted: { sent: [{ Email: 'fay@contoso.com' }] } }]);
    expect((await api.why('gil@contoso.com')).arrival).toContain('then search by id');
  });

  it.each(['fay@contoso.com', 'FAY', 'fay@contoso', 'Berg, Fay'])(
    'finds a deleted person of whom only deliveries are stored by %s, and says when',
    async (text) => {
      const { api, harness } = await openApi();
      const fay = await harness.join('fay@contoso.com', { displayName: 'Fay Berg' });
      const gil = await harness.join('gil@contoso.com', { displayName: 'Gil Stein' });
      await harness.join('hal@contoso.com');
      await harness.apply(definitionOf({ leavers: { gone: [{ do: 'delete', afterMs: 0 }] } }));
      await harness.idle();
      for (const { id } of [fay, gil]) await harness.store.of('default').users.remove(id, harness.by());
      await harness.idle();
      expect(await harness.deps.store.shadows.of({ kind: 'person', id: fay.id })).toEqual([]);
      const { people, arrival } = await api.why(text);
      expect(people).toEqual([{ id: fay.id, displayName: '', userName: 'fay@contoso.com', deleted: true }]);
      expect(arrival).toMatch(/^deleted in the directory at \d{4}-/);
    },
  );

  it('proposes up to three similar names if no person matches', async () => {
    const { api, harness } = await openApi();
    for (const name of ['fay', 'fey', 'foy', 'fry', 'gil']) await harness.join(`${name}@contoso.com`);
    const { people, similar = [] } = await api.why('fxy@contoso.com');
    expect(people).toEqual([]);
    expect(similar).toHaveLength(3);
    for (const { userName } of similar) expect(userName).toMatch(/^f.y@contoso\.com$/);
    expect(await api.why('unheard.of@fabrikam.test')).toMatchObject({ people: [], similar: [] });
  });

  it('shows people with one userName in two Sources separately', async () => {
    const { api, harness } = await openApi(['default', 'okta']);
    await harness.join('fay@contoso.com');
    await harness.store.of('okta').users.create({ userName: 'fay@contoso.com' }, harness.by());
    expect((await api.why('fay@contoso.com')).people.map(({ source }) => source)).toEqual(expect.arrayContaining(['default', 'okta']));
  });

  it('names a Target whose file was never valid', async () => {
    const { api, harness } = await openApi();
    await harness.join('fay@contoso.com');
    await harness.engine.syncDefinitions([{ name: 'lobby' }], (applied) => applied);
    expect(await api.why('fay@contoso.com')).toMatchObject({
      stories: [],
      untold: [{ target: 'lobby', why: expect.stringContaining('its file has problems') }],
    });
  });
});

it('status shows first the problems that block callers', async () => {
  const { api } = await openApi(['default'], ['cannot read the signing keys of Entra']);
  expect((await api.status()).notes).toEqual(['cannot read the signing keys of Entra']);
});
