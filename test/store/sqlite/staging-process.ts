import { silentLogger } from '../../../src/domain/logger.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import { dirname } from 'node:path';
import { aUser } from '../../support/builders.ts';
import { openJoined } from '../../support/stores.ts';

/** Opens the store named on the command line and stages people until it is killed. Prints the id of each acknowledged person. */
async function stageUntilKilled(file: string): Promise<void> {
  const clock: Clock = { now: () => new Date(), wakeAt: () => () => undefined };
  const store = await openJoined({ folder: dirname(file), clock, log: silentLogger });
  process.stdout.write('open\n');
  const { users } = store.of('default');
  const one = async (lane: number) => {
    for (let count = 0; ; count += 1) {
      const { id } = await users.create(aUser({ userName: `user-${lane}-${count}` }), { at: clock.now(), request: 'r' });
      process.stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, lane) => one(lane)));
}

await stageUntilKilled(process.argv[2] ?? '');
