import { Failure } from './failure.ts';
import type { Play } from './play-history.ts';
import type { KindName } from './steps.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Max checks of due work before something counts as waiting forever. */
const maxLooks = 400;

/** Accepts or rejects held Actions. */
export type Answer = 'accept' | 'reject';

/** Advances the clock until nothing is planned, queued or waiting. @throws {Failure} if this never happens. */
export async function settle(play: Play): Promise<void> {
  let waited = 1_000;
  for (let looks = 0; looks < maxLooks; looks += 1) {
    await play.rest();
    const next = await nextDue(play);
    if (next === undefined && !play.commanding) return;
    const now = play.watch.now;
    if (next !== undefined && next > now) {
      waited = 1_000;
      await play.pass(Math.min(next - now, 12 * hourMs));
    } else {
      // It waits for something else: a system that is down, a lost wake-up, a slow response.
      await play.pass(waited);
      waited = Math.min(waited * 2, 15 * minuteMs);
    }
  }
  throw new Failure('forever', `expected nothing to wait for ever, found ${await describeOpen(play)}`);
}

async function nextDue(play: Play): Promise<number | undefined> {
  const { store } = play;
  const head = await store.changes.head();
  const times: number[] = [];
  for (const target of await store.targets.list()) {
    if (target.state === 'refused') times.push(play.watch.now);
    if (target.state !== 'live') continue;
    const [deliver, recheck] = await Promise.all([store.outbox.nextAt(target.name), store.rechecks.nextAt(target.name)]);
    for (const at of [deliver, recheck]) if (at !== undefined) times.push(at.getTime());
    if (target.definition?.schedule.onChange === true && target.cursor < head) times.push(play.watch.now);
    if (target.publication !== undefined) times.push(play.watch.now);
    if (!play.atWork.engine.runner(target.name).resting) times.push(play.watch.now);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

async function describeOpen(play: Play): Promise<string> {
  const found: string[] = [];
  for (const { name, state } of await play.store.targets.list()) {
    const open = await play.store.outbox.list(name, ['queued', 'sending', 'accepted', 'unclear'], 10);
    const texts = open.map((one) => `a ${one.action}${play.watch.of(one.subject.id)} ${one.state} (${one.answer})`);
    found.push(`${name} (${state}): ${texts.join(', ') || 'nothing open'}`);
  }
  return found.join('; ');
}

/** Makes every Target live again and accepts or rejects all holds, as often as necessary. */
export async function makePeace(play: Play, answer: Answer): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    await settle(play);
    const done = await Promise.all(play.names.map((name, index) => bringBack(play, name, index, answer)));
    await play.rest();
    if (!done.includes(true)) return;
    // A Target that was paused because it lost records is resumed after an hour.
    await play.pass(hourMs + minuteMs);
  }
  throw new Failure('forever', `expected every target to come back to work, found ${await describeOpen(play)}`);
}

async function bringBack(play: Play, name: KindName, index: number, answer: Answer): Promise<boolean> {
  const target = await play.store.targets.get(name);
  switch (target?.state) {
    case 'paused':
      await play.act({ do: 'resume', target: index });
      return true;
    case undefined:
    case 'draft':
      await play.act({ do: 'apply', target: index });
      return true;
    case 'orphaned':
    case 'refused':
      return true;
    case 'live': {
      const { held } = await play.store.outbox.counts(name);
      if (held > 0) await play.act({ do: answer, target: index });
      return held > 0;
    }
  }
}

/** Removes all faults, so that the rules predict the result. */
export async function waitUntilCalm(play: Play, answer: Answer): Promise<void> {
  play.heal();
  // A slow response in progress needs time, because reading the files waits for it.
  await play.pass(minuteMs);
  // A Target does not go live without people in the directory.
  if ([...play.directory.picture.people.values()].every((one) => one.gone)) await play.act({ do: 'join', who: 0 });
  play.technician.mendAll();
  await play.technician.syncDefinitions(play.atWork);
  await makePeace(play, answer);
  await reconcileScheduled(play);
  await makePeace(play, answer);
}

/** The technician's commands for parked people. */
export async function retryParked(play: Play, answer: Answer): Promise<void> {
  for (const [index] of play.names.entries()) await play.act({ do: 'retry', target: index });
  await makePeace(play, answer);
}

/** Advances the clock to the next reconcile of Targets that are planned only by schedule. */
export async function reconcileScheduled(play: Play): Promise<void> {
  for (const [index, name] of play.names.entries()) {
    const target = await play.store.targets.get(name);
    if (target?.definition?.schedule.onChange === false) await play.act({ do: 'reconcile', target: index });
  }
}
