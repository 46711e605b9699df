import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../src/domain/delivery.ts';
import type { Answered } from '../../../../src/outbound/drivers/driver.ts';
import { pollUntil } from '../../../support/poll.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';

/** A live Target with Anna; `down` makes it fail until its waiting time is minutes long. */
async function openDesk() {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const anna = await harness.join('anna@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  const api = createTestApi(harness);
  const change = (displayName: string) => harness.patch(anna.id, (user) => ({ ...user, displayName }));
  const desk = async () => (await api.status()).targets[0];
  return { system, harness, api, change, desk };
}

describe('retry', () => {
  it('says why a target sends nothing', async () => {
    const { harness, api } = await openDesk();
    await harness.commands.pause('front-desk', 'mira');
    expect(await api.retry('front-desk', undefined)).toMatchObject({
      state: 'paused',
      obstacle: expect.stringMatching(/^front-desk was paused by mira .*: `vestibule resume front-desk`\.$/),
    });
    await harness.commands.draft('front-desk', 'mira');
    expect(await api.retry('front-desk', undefined)).toMatchObject({ obstacle: expect.stringContaining('is a draft') });
  });

  it('tries a target that is down at once, without parked people, and status shows that until then', async () => {
    const { system, harness, api, change, desk } = await openDesk();
    system.faults.down = true;
    await change('Anna Berg');
    await harness.idle();
    for (let n = 0; n < 9; n += 1) {
      harness.clock.advance(120_000);
      await harness.idle();
    }
    const down = await desk();
    expect(down?.downUntil?.getTime()).toBeGreaterThan(harness.clock.now().getTime() + 30_000);
    system.faults.down = false;
    expect(await api.retry('front-desk', undefined)).toMatchObject({ queued: 0, wasDown: true, state: 'live', running: true });
    await pollUntil('Anna has her new name', () => Promise.resolve(system.with('anna@x.test')[0]?.record['Name'] === 'Anna Berg'));
    await pollUntil('there is no problem', async () => (await desk())?.trouble === '');
    expect(await desk()).not.toHaveProperty('downUntil');
  });

  it('clears the failure of a target in the store, also without a daemon', async () => {
    const { harness, api, system, change } = await openDesk();
    system.faults.down = true;
    await change('Anna Berg');
    await harness.idle();
    await harness.engine.stop();
    expect((await harness.target()).downUntil).toBeDefined();
    await api.retry('front-desk', undefined);
    expect(await harness.target()).not.toHaveProperty('downUntil');
    expect((await harness.target()).trouble).not.toBe('');
  });

  it('detects that a target is back even if there is nothing to send', async () => {
    const { harness, api, desk } = await openDesk();
    await harness.store.engine(1).changeTarget('front-desk', (now) => ({ ...(now ?? fail()), trouble: 'connection refused' }));
    expect((await desk())?.trouble).toBe('connection refused');
    await api.retry('front-desk', undefined);
    await pollUntil('it is known to be back', async () => (await desk())?.trouble === '');
  });

  it('checks a person again who is parked because another person matches the same record, and reports that', async () => {
    const { harness, api, desk } = await openDesk();
    const bert = await harness.join('bert@x.test');
    await harness.idle();
    await harness.patch(bert.id, (user) => ({ ...user, emails: [{ type: 'work', value: 'anna@x.test' }] }));
    await harness.idle();
    expect((await desk())?.deliveries.parked).toBe(1);
    expect(await api.retry('front-desk', undefined)).toMatchObject({ queued: 0, blocked: 1, sooner: 0 });
    await harness.idle();
    expect(await api.retry('front-desk', 'bert@x.test')).toMatchObject({ queued: 0, blocked: 1, sooner: 0 });
    expect(await api.retry('front-desk', 'anna@x.test')).toMatchObject({ queued: 0, blocked: 0, sooner: 0 });
  });

  it('refuses an unknown name', async () => {
    const { api } = await openDesk();
    await expect(api.retry('front-desk', 'nobody@x.test')).rejects.toMatchObject({
      message: 'not a known person: nobody@x.test',
      hint: 'no name is similar to nobody@x.test; see: `vestibule list front-desk --parked`',
    });
  });

  it('proposes similar names of waiting people', async () => {
    const { api, system, change, harness } = await openDesk();
    system.faults.down = true;
    await change('Anna Berg');
    await harness.idle();
    await expect(api.retry('front-desk', 'ana@x.test')).rejects.toMatchObject({
      hint: 'similar to ana@x.test: Anna Berg (anna@x.test); see: `vestibule list front-desk --parked`',
    });
  });

  it('lists the people whom an ambiguous name matches', async () => {
    const { api, harness } = await openDesk();
    const second = await harness.join('annabel@x.test');
    await expect(api.retry('front-desk', 'ann')).rejects.toMatchObject({
      message: 'ann matches 2 people',
      hint: expect.stringContaining(`annabel (annabel@x.test) ${second.id}`),
    });
  });

  it.each(['', ' '])('requires a person when %j is given', async (text) => {
    const { api } = await openDesk();
    const said = { code: 'usage', message: 'enter a userName, e-mail, id or part of the name' };
    await expect(api.retry('front-desk', text)).rejects.toMatchObject(said);
    await expect(api.why(text)).rejects.toMatchObject(said);
    await expect(api.planPerson('front-desk', text)).rejects.toMatchObject(said);
  });

  it('sends at once although the target asked to wait an hour', async () => {
    const system = new FakeSystem();
    let slow = false;
    const harness = await openHarness({
      'front-desk': () => {
        const connection = system.connect();
        return {
          ...connection,
          async *deliver(batch: readonly Delivery[], options: Parameters<typeof connection.deliver>[1]): AsyncIterable<Answered> {
            if (!slow) return yield* connection.deliver(batch, options);
            for (const { id } of batch) yield { delivery: id, outcome: { status: 'retry', reason: 'busy', afterMs: 3_600_000 } };
          },
        };
      },
    });
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    slow = true;
    await harness.patch(anna.id, (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    slow = false;
    harness.clock.advance(60_000);
    await harness.idle();
    expect(system.with('anna@x.test')[0]?.record['Name']).toBe('anna');
    expect(await createTestApi(harness).retry('front-desk', undefined)).toMatchObject({ queued: 0, sooner: 1 });
    await pollUntil('Anna has her new name', () => Promise.resolve(system.with('anna@x.test')[0]?.record['Name'] === 'Anna Berg'));
  });
});

describe('the last success in status', () => {
  it('is that of the last attempt, even if the former one was a minute ago', async () => {
    const { harness, change, desk } = await openDesk();
    harness.clock.advance(20_000);
    const before = harness.clock.now();
    await change('Anna Berg');
    await harness.idle();
    expect((await harness.target()).succeededAt?.getTime()).toBeLessThan(before.getTime());
    expect((await desk())?.succeededAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    await harness.restart();
    expect((await createTestApi(harness).status()).targets[0]?.succeededAt).toEqual((await harness.target()).succeededAt);
  });
});

function fail(): never {
  throw new Error('there is no target');
}
