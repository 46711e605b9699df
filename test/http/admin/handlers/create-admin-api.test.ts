import { describe, expect, it } from 'vitest';
import type { AdminApi } from '../../../../src/admin/api.ts';
import { FakeSystem } from '../../../engine/fake-target.ts';
import { definitionOf, openHarness, type Harness } from '../../../engine/harness.ts';
import { createTestApi } from '../../support/admin-api.ts';

/** The admin API on a real store, of a site whose file names these Sources. */
async function openApi(
  sourceNames: readonly string[] = ['default'],
  troubles: readonly string[] = [],
): Promise<{ readonly api: AdminApi; readonly harness: Harness }> {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const api = createTestApi(harness, { sourceNames, troubles: () => troubles });
  return { api, harness };
}

describe('a token that was revoked', () => {
  it('is not extended: that would look like a token that is good', async () => {
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

  it('takes along the source that nothing else ever named', async () => {
    const { api } = await openApi();
    const { token } = await api.createToken({ label: 'slip', source: 'defautl' });
    expect((await api.status()).notes).toEqual(['source defautl is not in vestibule.yaml and uses the defaults']);
    await expect(api.createToken({ label: 'entra' })).rejects.toThrow('there are several sources: default, defautl');
    await api.revokeToken(token.id);
    const { notes, sources } = await api.status();
    expect({ notes, sources }).toEqual({ notes: [], sources: [] });
    expect(await api.createToken({ label: 'entra' })).toMatchObject({ token: { source: 'default' }, newSource: false });
  });

  it('leaves a source that was heard', async () => {
    const { api, harness } = await openApi();
    const { token } = await api.createToken({ label: 'old', source: 'plant2' });
    await harness.store.sources.heard('plant2', harness.clock.now(), 1_000);
    await api.revokeToken(token.id);
    expect((await api.status()).sources).toMatchObject([{ id: 'plant2' }]);
  });
});

describe('why', () => {
  it('finds somebody who was deleted by the record that a Target still holds', async () => {
    const { api, harness } = await openApi();
    const fay = await harness.join('fay@contoso.com');
    await harness.apply(definitionOf({ leavers: {} }));
    await harness.idle();
    await harness.store.of('default').users.remove(fay.id, harness.by());
    await harness.idle();
    const { people, arrival, stories } = await api.why(' Fay@contoso.com');
    expect(people).toMatchObject([{ id: fay.id }]);
    expect(arrival).toMatch(/^deleted by the directory at /);
    expect(stories).toMatchObject([{ target: 'front-desk', accepted: { sent: [{ Email: 'fay@contoso.com' }] } }]);
    expect((await api.why('gil@contoso.com')).arrival).toContain('then search by id');
  });

  it('tells people of one userName in two Sources apart', async () => {
    const { api, harness } = await openApi(['default', 'okta']);
    await harness.join('fay@contoso.com');
    await harness.store.of('okta').users.create({ userName: 'fay@contoso.com' }, harness.by());
    expect((await api.why('fay@contoso.com')).people.map(({ source }) => source)).toEqual(expect.arrayContaining(['default', 'okta']));
  });

  it('names a Target whose file was never good', async () => {
    const { api, harness } = await openApi();
    await harness.join('fay@contoso.com');
    await harness.engine.syncDefinitions([{ name: 'lobby' }], (applied) => applied);
    expect(await api.why('fay@contoso.com')).toMatchObject({
      stories: [],
      untold: [{ target: 'lobby', why: expect.stringContaining('its file has problems') }],
    });
  });
});

it('status says first what hinders callers', async () => {
  const { api } = await openApi(['default'], ['cannot read the signing keys of Entra']);
  expect((await api.status()).notes).toEqual(['cannot read the signing keys of Entra']);
});
