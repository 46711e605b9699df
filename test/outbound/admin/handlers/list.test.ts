import { describe, expect, it } from 'vitest';
import type { ListGroup, ListReport } from '../../../../src/admin/reports/list-report.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { siteFiles } from '../../../support/site-files.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';

const guard = { removals: { most: 1, share: 1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 1, withinMs: 3_600_000 } };

/** A live Target with five people. Bert's record is rejected, and Cleo has no e-mail. */
async function openDesk() {
  const system = new FakeSystem();
  system.faults.rejects.set('bert@x.test', 'name too long');
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const people = new Map<string, string>();
  for (const name of ['anna', 'bert', 'cleo', 'dora', 'emil']) {
    const person = await harness.join(`${name}@x.test`, name === 'cleo' ? { emails: [] } : {});
    people.set(name, person.id);
  }
  await harness.apply(definitionOf({ guard }));
  await harness.idle();
  return { system, harness, api: createTestApi(harness), idOf: (name: string) => people.get(name) ?? '' };
}

function itemsOf({ groups }: ListReport, group: ListGroup) {
  return groups.find((one) => one.group === group)?.items ?? [];
}

describe('while Vestibule is not running', () => {
  it('`list`, `why`, `plan` and `status` say so, and how to start it, and none says that something is sent next', async () => {
    const { harness } = await openDesk();
    await harness.engine.stop();
    await harness.join('frida@x.test');
    const api = createTestApi(harness, { running: false, readFiles: () => siteFiles([definitionOf({ guard })]) });
    const said = 'Vestibule is not running; nothing is sent. To start it: `vestibule start`.';
    expect(await api.list('front-desk')).toMatchObject({
      obstacle: said,
      notes: [
        '1 change from the directory is not planned yet and will be planned once Vestibule is started. See: `vestibule plan front-desk`.',
      ],
    });
    const [story] = (await api.why('frida@x.test')).stories;
    expect(story?.next).toBe(`${said} The create is planned next.`);
    expect((await api.plan('front-desk')).notes).toContain(said);
    expect((await api.status()).targets[0]?.obstacle).toBe(said);
  });
});

describe('the list of a target', () => {
  it('shows for a parked person the time of the last answer, also after a retry', async () => {
    const { api, harness, system } = await openDesk();
    const first = harness.clock.now();
    harness.clock.advance(3_600_000);
    await api.retry('front-desk', 'bert@x.test');
    await harness.idle();
    expect(system.with('bert@x.test')).toEqual([]);
    const since = itemsOf(await api.list('front-desk'), 'parked')[0]?.since;
    expect(since?.getTime()).toBeGreaterThanOrEqual(first.getTime() + 3_600_000);
  });

  it('names parked people and people without a valid row, with the reason and a hint', async () => {
    const { api, harness } = await openDesk();
    const report = await api.list('front-desk');
    expect(report.groups.map(({ group, count }) => [group, count])).toEqual([
      ['parked', 1],
      ['held', 0],
      ['noRow', 1],
      ['inDoubt', 0],
      ['queued', 0],
      ['leaving', 0],
    ]);
    expect(itemsOf(report, 'parked')).toMatchObject([
      {
        person: { displayName: 'bert', userName: 'bert@x.test' },
        state: 'parked',
        action: 'create',
        reason: 'name too long',
        since: expect.any(Date),
        next: expect.stringContaining('`vestibule retry front-desk bert@x.test`'),
      },
    ]);
    expect(itemsOf(report, 'noRow')).toMatchObject([
      {
        person: { userName: 'cleo@x.test' },
        reason: expect.stringContaining('Email is empty'),
        next: expect.stringMatching(/^No valid row: Email is empty .*Until then, front-desk has no record of the person\.$/),
      },
    ]);
    const [story] = (await api.why('cleo@x.test')).stories;
    expect(itemsOf(report, 'noRow')[0]?.next).toBe(story?.next);
    expect(harness.clock.now()).toEqual(report.now);
  });

  it('names deleted people with a held removal by their last accepted record', async () => {
    const { api, harness, idOf } = await openDesk();
    for (const name of ['anna', 'dora']) await harness.store.of('default').users.remove(idOf(name), harness.by());
    await harness.idle();
    const held = itemsOf(await api.list('front-desk', { groups: ['held'] }), 'held');
    expect(held.map(({ person }) => person.userName).toSorted()).toEqual(['anna@x.test', 'dora@x.test']);
    expect(held[0]).toMatchObject({
      person: { deleted: true },
      action: 'delete',
      reason: 'the person was deleted in the directory',
      next: expect.stringContaining('held by the Guard'),
    });
    await api.reject('front-desk', { by: 'mira' });
    await harness.idle();
    const rejected = itemsOf(await api.list('front-desk', { groups: ['rejected'] }), 'rejected');
    expect(rejected).toHaveLength(2);
    expect(rejected[0]).toMatchObject({
      state: 'rejected',
      reason: expect.stringMatching(/^removal rejected by mira on .*deleted in the directory$/),
      next: expect.stringContaining('its removal was rejected by mira'),
    });
    expect((await api.list('front-desk')).groups.find(({ group }) => group === 'held')?.count).toBe(0);
  });

  it('reports once why the whole target is stopped, and which people are queued', async () => {
    const { api, harness, idOf, system } = await openDesk();
    system.faults.down = true;
    await harness.patch(idOf('anna'), (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.patch(idOf('dora'), (user) => ({ ...user, displayName: 'Dora Stein' }));
    await harness.idle();
    const report = await api.list('front-desk', { groups: ['queued', 'inDoubt'] });
    expect(report.obstacle).toContain('front-desk is down (connection refused)');
    expect(
      itemsOf(report, 'queued')
        .map(({ person }) => person.displayName)
        .toSorted(),
    ).toEqual(['Anna Berg', 'Dora Stein']);
    for (const { next } of itemsOf(report, 'queued')) expect(next).not.toContain('is down');
  });

  it('names people with a running leaver clock, with the time of the next step', async () => {
    const { api, harness, idOf } = await openDesk();
    await harness.apply(definitionOf({ guard, leavers: { inactive: [{ do: 'delete', afterMs: 86_400_000 }] } }));
    await harness.disable(idOf('emil'));
    await harness.idle();
    expect(itemsOf(await api.list('front-desk'), 'leaving')).toMatchObject([
      {
        person: { userName: 'emil@x.test' },
        reason: 'the person is not active in the directory (blocked, unassigned or soft-deleted)',
        next: expect.stringMatching(/The delete is due on /),
      },
    ]);
  });

  it('is divided into pages that contain each person once, in every group', async () => {
    const { api, harness, system } = await openDesk();
    for (let n = 0; n < 5; n += 1) {
      system.faults.rejects.set(`p${n}@x.test`, 'no');
      await harness.join(`p${n}@x.test`);
      await harness.join(`q${n}@x.test`, { emails: [] });
    }
    await harness.idle();
    for (const group of ['parked', 'noRow'] as const) {
      const seen: string[] = [];
      let pages = 0;
      for (let after: string | undefined = undefined, more = true; more;) {
        const { groups }: ListReport = await api.list('front-desk', { groups: [group], limit: 2, ...(after !== undefined && { after }) });
        expect(groups[0]?.count).toBe(6);
        seen.push(...(groups[0]?.items.map(({ person }) => person.id) ?? []));
        after = groups[0]?.next;
        more = after !== undefined;
        pages += 1;
      }
      expect({ people: new Set(seen).size, listed: seen.length, pages }).toEqual({ people: 6, listed: 6, pages: 3 });
    }
  });

  it('is summarized in status with its first people, their number and reason', async () => {
    const { api, harness } = await openDesk();
    for (let n = 0; n < 4; n += 1) await harness.join(`q${n}@x.test`, { emails: [] });
    await harness.idle();
    const [desk] = (await api.status()).targets;
    expect(desk).toMatchObject({ noRows: 5, deliveries: { parked: 1 } });
    expect(desk?.first.noRow).toHaveLength(3);
    expect(desk?.first.noRow[0]?.reason).toContain('Email is empty');
    expect(desk?.first.parked).toMatchObject([
      { person: { displayName: 'bert', userName: 'bert@x.test' }, reason: 'the create was rejected' },
    ]);
    expect(JSON.stringify(await api.status())).not.toContain('name too long');
    expect((await api.why('bert@x.test')).stories[0]?.next).toContain('name too long');
  });

  it('still names people when the next step cannot be determined, and gives the reason', async () => {
    const { harness } = await openDesk();
    const deps = {
      ...harness.deps,
      connect: () => {
        throw new Error('the secret BADGE_API is not set');
      },
    };
    const api = createTestApi({ ...harness, deps });
    const [item] = itemsOf(await api.list('front-desk'), 'parked');
    expect(item).toMatchObject({
      person: { userName: 'bert@x.test' },
      next: 'The next step is unknown: the secret BADGE_API is not set.',
    });
  });

  it('shows during a pause how many changes are not planned, like status, until the target is resumed', async () => {
    const { api, harness, idOf } = await openDesk();
    expect((await api.list('front-desk')).notes).toEqual([]);
    await api.pause('front-desk', 'mira');
    await harness.patch(idOf('anna'), (user) => ({ ...user, displayName: 'Anna B.' }));
    await harness.disable(idOf('dora'));
    await harness.idle();
    expect((await api.list('front-desk')).notes).toEqual([
      '2 changes from the directory are not planned yet and will be planned once front-desk is resumed. See: `vestibule plan front-desk`.',
    ]);
    expect((await api.status()).targets).toMatchObject([{ behind: 2 }]);
    await api.resume('front-desk', 'mira');
    await harness.idle();
    expect((await api.list('front-desk')).notes).toEqual([]);
  });

  /** The Target of `openDesk`, and a draft with the same people. */
  async function openDraft() {
    const { harness } = await openDesk();
    const system = new FakeSystem();
    const deps = { ...harness.deps, connect: () => system.connect() };
    const lobby = definitionOf({ target: 'lobby', guard });
    return { harness, api: createTestApi({ ...harness, deps }, { readFiles: () => siteFiles([lobby]) }) };
  }

  it('shows for a draft how many actions wait, and lists the people who have no valid row', async () => {
    const { api } = await openDraft();
    const report = await api.list('lobby');
    expect(report.state).toBe('draft');
    expect(report.notes).toEqual(['4 actions wait until lobby is applied. See: `vestibule plan lobby`.']);
    expect(report.groups.find(({ group }) => group === 'noRow')).toMatchObject({
      count: 1,
      items: [{ person: { userName: 'cleo@x.test' }, reason: expect.stringContaining('Email is empty'), since: report.now }],
    });
  });

  it('is divided into pages for a draft, too', async () => {
    const { api, harness } = await openDraft();
    for (let n = 0; n < 4; n += 1) await harness.join(`q${n}@x.test`, { emails: [] });
    const seen: string[] = [];
    for (let after: string | undefined = undefined, more = true; more;) {
      const { groups }: ListReport = await api.list('lobby', { groups: ['noRow'], limit: 2, ...(after !== undefined && { after }) });
      expect(groups[0]?.count).toBe(5);
      seen.push(...(groups[0]?.items.map(({ person }) => person.userName) ?? []));
      after = groups[0]?.next;
      more = after !== undefined;
    }
    expect(seen.toSorted()).toEqual(['cleo@x.test', ...[0, 1, 2, 3].map((n) => `q${n}@x.test`)]);
  });

  it.each([
    [{ groups: ['parked', 'held'] as const, after: '1' }, 'exactly one group'],
    [{ groups: ['parked'] as const, after: 'x' }, 'after: invalid'],
  ])('is refused for %j', async (options, said) => {
    const { api } = await openDesk();
    await expect(api.list('front-desk', options)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(said) });
  });
});
