import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { StorePair } from '../../src/daemon/store-pair.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { openSqliteStores, outboundFileIn, stagingFileIn, type Stores } from '../../src/store/sqlite/open.ts';
import { aTarget, anOrigin, aUser } from '../support/builders.ts';
import { pollUntil } from '../support/poll.ts';
import { TestClock } from '../support/test-clock.ts';

/** A data folder that is opened again and again, each time with another mark. */
class Folder {
  readonly path: string;
  readonly clock = new TestClock();
  #opened = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Folder> {
    const path = await mkdtemp(join(tmpdir(), 'vestibule-pair-'));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    return new Folder(path);
  }

  /** Opens the stores, does something with them and closes them again. */
  async use<T>(work: (stores: Stores, pair: StorePair) => Promise<T>): Promise<T> {
    const { clock } = this;
    const stores = await openSqliteStores({ folder: this.path, clock, log: silentLogger });
    let marks = 0;
    const newMark = () => `mark ${this.#opened}.${++marks}`;
    this.#opened += 1;
    const { staging, reader, outbound } = stores;
    const inbound = {
      pairMark: () => staging.notes.get('pair'),
      setPairMark: (mark: string) => staging.notes.set('pair', mark),
    };
    const pair = new StorePair({ inbound, reader, outbound, clock, log: silentLogger, newMark });
    try {
      return await work(stores, pair);
    } finally {
      pair.stop();
      await stores.close();
    }
  }

  findFault() {
    return this.use((_, pair) => pair.findFault());
  }

  mark() {
    return this.use((_, pair) => pair.keepMarked());
  }

  async keep(file: string): Promise<() => Promise<void>> {
    const copy = join(this.path, 'copy');
    await copyFile(file, copy);
    return () => copyFile(copy, file);
  }
}

it('stores that are new, or that were marked together, belong together', async () => {
  const folder = await Folder.make();
  expect(await folder.findFault()).toBeUndefined();
  await folder.mark();
  expect(await folder.findFault()).toBeUndefined();
  await folder.mark();
  expect(await folder.findFault()).toBeUndefined();
});

it.each([
  ['staging', stagingFileIn],
  ['outbound', outboundFileIn],
])('a restored %s store is found by its mark', async (_store, fileIn) => {
  const folder = await Folder.make();
  await folder.mark();
  const restore = await folder.keep(fileIn(folder.path));
  await folder.mark();
  await restore();
  expect(await folder.findFault()).toEqual({ why: expect.stringContaining('from different times'), stagingIsOlder: false });
});

it('a removed staging store is detected, even if nothing was planned from it', async () => {
  const folder = await Folder.make();
  await folder.mark();
  await rm(stagingFileIn(folder.path));
  expect(await folder.findFault()).toMatchObject({ stagingIsOlder: false });
});

it('a staging store that lacks Changes of a finished Plan counts as older', async () => {
  const folder = await Folder.make();
  await folder.use(({ outbound }) => outbound.engine(1).changeTarget('gate', () => aTarget({ name: 'gate', cursor: 7 })));
  expect(await folder.findFault()).toEqual({ why: expect.stringContaining('vestibule.db is older'), stagingIsOlder: true });
});

it.each([1, 2])('a crash after the write %s of a new mark leaves stores that belong together', async (writes) => {
  const folder = await Folder.make();
  await folder.mark();
  await folder.use(async ({ staging, outbound }) => {
    await outbound.notes.set('next pair', 'mark to come');
    if (writes === 2) await staging.notes.set('pair', 'mark to come');
  });
  expect(await folder.findFault()).toBeUndefined();
});

it('the mark is renewed every minute while something changes, and not written otherwise', async () => {
  const folder = await Folder.make();
  await folder.use(async ({ staging, outbound }, pair) => {
    await pair.keepMarked();
    const marks = async () => [await staging.notes.get('pair'), await outbound.notes.get('pair')];
    const first = await marks();
    expect(first[0]).toBe(first[1]);
    for (let minute = 0; minute < 3; minute += 1) await pass(folder.clock);
    expect(await marks()).toEqual(first);
    await staging.of('default').users.create(aUser(), anOrigin());
    await pollUntil('the mark was renewed', async () => {
      await pass(folder.clock);
      const [staged, outer] = await marks();
      return outer !== first[1] && staged === outer;
    });
  });
});

/** A minute passes, with time for what then begins. */
async function pass(clock: TestClock): Promise<void> {
  clock.advance(60_000);
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
}
