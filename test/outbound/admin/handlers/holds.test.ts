import { describe, expect, it } from 'vitest';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';

const guard = { removals: { most: 0, share: 1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 1, withinMs: 3_600_000 } };

/** A live Target with held removals of Anna Berg, Anna Bell, Bert, and Dora, who was deleted. */
async function openDesk() {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const ids = new Map<string, string>();
  const names = { anna: 'Anna Berg', bell: 'Anna Bell', bert: 'Bert Stein', dora: 'Dora', emil: 'Emil' };
  for (const [name, displayName] of Object.entries(names)) ids.set(name, (await harness.join(`${name}@x.test`, { displayName })).id);
  const idOf = (name: string) => ids.get(name) ?? '';
  await harness.apply(definitionOf({ guard }));
  await harness.idle();
  for (const name of ['anna', 'bell', 'bert']) await harness.disable(idOf(name));
  await harness.idle();
  await harness.store.of('default').users.remove(idOf('dora'), harness.by());
  await harness.idle();
  return { system, harness, idOf, api: createTestApi(harness) };
}

describe('the people of a hold before it is accepted or rejected', () => {
  it('are listed with the reason, deleted people by their last accepted record', async () => {
    const { api, idOf } = await openDesk();
    const { holds } = await api.holds('front-desk');
    expect(holds).toMatchObject([
      { number: 1, what: 'removals', why: '4 removals; the limit is 0 within 24 h', open: 4, revision: 4, chosen: 4 },
    ]);
    expect(holds[0]?.people.map(({ person }) => person.userName)).toEqual(['anna@x.test', 'bell@x.test', 'bert@x.test', 'dora@x.test']);
    expect(holds[0]?.people.at(-1)).toMatchObject({
      person: { id: idOf('dora'), deleted: true },
      action: 'delete',
      reason: 'was deleted in the directory',
    });
  });

  it('are summarized in status', async () => {
    const { api } = await openDesk();
    const [target] = (await api.status()).targets;
    expect(target?.holds).toMatchObject([
      { number: 1, open: 4, revision: 4, first: [{ userName: 'anna@x.test' }, { userName: 'bell@x.test' }, { userName: 'bert@x.test' }] },
    ]);
  });

  it.each([
    ['the id', (idOf: (name: string) => string) => idOf('anna'), 'anna@x.test'],
    ['the userName in any case', () => 'ANNA@x.test', 'anna@x.test'],
    ['the whole name', () => 'anna berg', 'anna@x.test'],
    ['the match field of a deleted person', () => 'dora@x.test', 'dora@x.test'],
  ])('are limited to one person who is named by %s', async (_, text, userName) => {
    const { api, idOf } = await openDesk();
    const { holds, held } = await api.holds('front-desk', { hold: 1, persons: [text(idOf)] });
    expect(held).toBe(4);
    expect(holds).toMatchObject([{ chosen: 1, open: 4, people: [{ person: { userName } }] }]);
  });

  it.each([
    ['a misspelt e-mail', 'ana@x.test', 'similar to ana@x.test: Anna Berg (anna@x.test)'],
    ['a misspelt name', 'Steim', 'similar to Steim: Bert Stein (bert@x.test)'],
    ['a part of a name', 'ann', 'similar to ann: Anna Berg (anna@x.test), Anna Bell (bell@x.test)'],
    ['a person who is not on hold', 'emil@x.test', ''],
    ['a word like no name', 'zzzzzz', 'no name is similar to zzzzzz; see: `vestibule list front-desk --held`'],
  ])('are not shown for %s: the error proposes similar names', async (_, text, hint) => {
    const { api } = await openDesk();
    await expect(api.holds('front-desk', { persons: ['bert@x.test', text] })).rejects.toMatchObject({
      code: 'refused',
      message: `not on hold at front-desk: ${text}`,
      hint: expect.stringContaining(hint),
    });
  });

  it('are not shown for a name that several people have', async () => {
    const { api, harness, idOf } = await openDesk();
    await harness.patch(idOf('bell'), (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    await expect(api.accept('front-desk', { persons: ['Anna Berg'], by: 'mira' })).rejects.toMatchObject({
      hint: expect.stringMatching(/Anna Berg matches several people; use the id: .*anna@x.test.*bell@x.test/),
    });
  });

  it('are not shown when there is no hold', async () => {
    const { api } = await openDesk();
    await expect(api.holds('front-desk', { hold: 2 })).rejects.toThrow('hold 2 of front-desk is not open');
    await expect(api.holds('nowhere')).rejects.toThrow('nowhere');
    await expect(api.rejections('front-desk')).rejects.toThrow('nothing was rejected at front-desk');
    await expect(api.accept('front-desk', { revision: 3, by: 'mira' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('accepting or rejecting a hold', () => {
  it('accepts all people except one, who is rejected and can be withdrawn', async () => {
    const { api, harness, system } = await openDesk();
    const shown = (await api.holds('front-desk')).holds[0];
    expect(await api.reject('front-desk', { hold: 1, revision: shown?.revision ?? 0, persons: ['Bert Stein'], by: 'mira' })).toEqual({
      rejected: 1,
      left: 3,
    });
    expect(await api.accept('front-desk', { hold: 1, revision: shown?.revision ?? 0, by: 'mira' })).toEqual({ released: 3, left: 0 });
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test', 'emil@x.test']);
    const why = async () => (await api.why('bert@x.test')).stories[0]?.next;
    expect(await why()).toContain('Undo: `vestibule withdraw front-desk --person bert@x.test`.');
    const rejections = await api.rejections('front-desk', ['bert@x.test']);
    expect(rejections).toMatchObject({
      count: 1,
      people: [
        {
          person: { displayName: 'Bert Stein' },
          by: 'mira',
          what: 'removal',
          reason: expect.stringMatching(/^not active in the directory/),
        },
      ],
    });
    await expect(api.rejections('front-desk', ['brt@x.test'])).rejects.toThrow('not rejected at front-desk: brt@x.test');
    expect(await api.withdraw('front-desk', { persons: ['bert@x.test'], asOf: rejections.now, by: 'sami' })).toEqual({ withdrawn: 1 });
    await harness.idle();
    expect(await why()).toContain('`vestibule accept front-desk 2 --person bert@x.test`');
    expect(system.active()).toEqual(['bert@x.test', 'emil@x.test']);
    await api.accept('front-desk', { persons: ['bert@x.test'], by: 'sami' });
    await harness.idle();
    expect(system.active()).toEqual(['emil@x.test']);
  });

  it('does not release people who joined after the hold was shown', async () => {
    const { api, harness, idOf, system } = await openDesk();
    const [shown] = (await api.holds('front-desk')).holds;
    await harness.disable(idOf('emil'));
    await harness.idle();
    const options = { hold: 1, revision: shown?.revision ?? 0, by: 'mira' };
    expect(await api.accept('front-desk', options)).toEqual({ released: 4, left: 1 });
    await harness.idle();
    expect(system.active()).toEqual(['emil@x.test']);
  });

  it('shows deleted people in the rejections by their last accepted record', async () => {
    const { api } = await openDesk();
    await api.reject('front-desk', { persons: ['dora@x.test'], by: 'mira' });
    expect((await api.rejections('front-desk', ['dora@x.test'])).people).toMatchObject([
      { person: { userName: 'dora@x.test', deleted: true } },
    ]);
  });
});
