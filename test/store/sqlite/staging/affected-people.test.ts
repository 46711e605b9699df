import { expect, it } from 'vitest';
import { aGroup, anOrigin, aUser } from '../../../support/builders.ts';
import { openDatabase } from '../open-database.ts';

/** Runs a function and counts the turns of the event loop meanwhile. */
async function countTurns(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await act();
  done = true;
  return turns;
}

it('a renamed Group yields to the event loop after every 500 affected members', async () => {
  const { store } = await openDatabase();
  const { users, groups } = store.of('default');
  const people = await Promise.all(
    Array.from({ length: 2_600 }, (_, index) => users.create(aUser({ userName: `user-${index}`, emails: [] }), anOrigin())),
  );
  const { id } = await groups.create(
    aGroup(),
    people.map((person) => ({ value: person.id })),
    anOrigin(),
  );
  const head = await store.changes.head();
  const touched = await countTurns(() => store.changes.affected(head - 1, head, undefined, 10));
  expect(touched).toBeGreaterThanOrEqual(5);
  await groups.edit(id, { change: (group) => ({ ...group, displayName: 'New' }) }, anOrigin());
  const renamed = await countTurns(async () => {
    expect(await store.changes.affected(head, head + 1, undefined, 5_000)).toEqual(people.map((person) => person.id).toSorted());
  });
  expect(renamed).toBeGreaterThanOrEqual(5);
});
