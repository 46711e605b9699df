import { describe, expect, it } from 'vitest';
import { TargetRefused, TargetUnavailable } from '../../../src/domain/errors.ts';
import { withoutPersonalValues } from '../../../src/outbound/engine/delivery/hide-personal-values.ts';
import { definitionOf, openHarness, openOf } from './harness.ts';
import { FakeSystem } from './fake-target.ts';

const batch = [{ rows: [{ Email: 'anna@x.test', Name: 'Anna Berg', Site: 'DE', Groups: ['Hosts'], Number: 42 }] }];

describe('the failure of a whole Target', () => {
  it.each([
    ['answered 503: cannot store anna@x.test', 'answered 503: cannot store [person]'],
    ['answered 503: ANNA BERG is locked, anna berg too', 'answered 503: [person] is locked, [person] too'],
    ['answered 503: no group Hosts in DE', 'answered 503: no group [person] in DE'],
    ['answered 503', 'answered 503'],
  ])('is reported without values of its records: %s', (said, told) => {
    const error = withoutPersonalValues(new TargetUnavailable(said, { hint: 'wait', afterMs: 7, mayHaveLeft: [3] }), batch);
    expect(error).toMatchObject({ message: told, hint: 'wait', afterMs: 7, mayHaveLeft: [3] });
    expect(error).toBeInstanceOf(TargetUnavailable);
  });

  it('keeps the class of a credentials error and of any other error', () => {
    expect(withoutPersonalValues(new TargetRefused('not for Anna Berg'), batch)).toBeInstanceOf(TargetRefused);
    const bug = new Error('Anna Berg');
    expect(withoutPersonalValues(bug, batch)).toBe(bug);
  });

  it('with a chain of causes does not quote values of people', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({
      'front-desk': () => ({
        ...system.connect(),
        async *deliver(deliveries) {
          for (const { id } of deliveries) {
            yield {
              delivery: id,
              outcome: { status: 'unclear', reason: 'answered 500: Carla Diaz has it', fact: 'answered 500' } as const,
            };
          }
        },
      }),
    });
    const people = [];
    for (let n = 0; n < 6; n += 1) people.push(await harness.join(`p${n}@x.test`));
    await harness.apply(definitionOf());
    await harness.idle();
    expect((await harness.target()).trouble).toBe('answered 500');
    const [first] = people;
    if (first === undefined) throw new Error('no delivery');
    expect(await openOf(harness, first)).toMatchObject({ answer: 'answered 500: Carla Diaz has it' });
  });
});
