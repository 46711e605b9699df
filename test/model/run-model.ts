import { waitUntilCalm, makePeace, reconcileScheduled, retryParked, settle, type Answer } from './wait-until-idle.ts';
import { checkAll, checkWhy } from './check-outcome.ts';
import { Failure } from './failure.ts';
import { makeHistory } from './make-history.ts';
import { Play, Stores } from './play-history.ts';
import { shrink } from './shrink-history.ts';
import type { History } from './steps.ts';
import { describeHistory } from './describe-history.ts';

/** Options of a run. The seeds of the histories are `seed`, `seed + 1`, and so on. */
export interface ModelOptions {
  readonly seed: number;
  readonly histories: number;
  /** Max attempts to shorten a failing history; default 300, 0 for none. */
  readonly shrinkTries?: number;
  /** Stops after this number of failures; default 1. */
  readonly maxFailures?: number;
  /** Called before each history; true ends the run. */
  readonly isOver?: () => boolean;
  /** Called after each history. */
  readonly progress?: (report: ModelReport) => void;
}

/** The result of a run. */
export interface ModelReport {
  played: number;
  steps: number;
  crashes: number;
  requests: number;
  calls: number;
  /** Sentences: the seed, the steps, and the expected and actual state. */
  readonly failures: string[];
}

/** Runs histories one after the other, and shrinks failing ones. */
export async function runModel(options: ModelOptions): Promise<ModelReport> {
  const report: ModelReport = { played: 0, steps: 0, crashes: 0, requests: 0, calls: 0, failures: [] };
  const stores = await Stores.open();
  try {
    for (let n = 0; n < options.histories && report.failures.length < (options.maxFailures ?? 1); n += 1) {
      if (options.isOver?.() === true) break;
      await playOne(stores, makeHistory(options.seed + n), report, options.shrinkTries);
      options.progress?.(report);
    }
  } finally {
    await stores.close();
  }
  return report;
}

async function playOne(stores: Stores, history: History, report: ModelReport, shrinkTries?: number): Promise<void> {
  const failure = await play(stores, history, report);
  report.played += 1;
  report.steps += history.steps.length;
  if (failure === undefined) return;
  const shrunk = await shrink(history, async (candidate) => (await play(stores, candidate))?.check === failure.check, shrinkTries);
  const last = (await play(stores, shrunk)) ?? failure;
  report.failures.push(`seed ${history.seed}\n${describeHistory(shrunk)}\n=> ${last.message}`);
}

/** Runs one history to its end. @returns the violation, or `undefined`. */
export async function play(stores: Stores, history: History, report?: ModelReport): Promise<Failure | undefined> {
  const file = await stores.make();
  const play = await Play.open(history, file);
  try {
    await playThrough(play);
    return undefined;
  } catch (error) {
    // Any error here is a finding: a bug of the engine or of the model.
    return error instanceof Failure ? error : new Failure('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    if (report !== undefined) {
      report.crashes += play.crashes;
      report.requests += play.watch.requests;
      report.calls += play.calls;
    }
    await play.close();
    await stores.drop(file);
  }
}

async function playThrough(play: Play): Promise<void> {
  await begin(play);
  for (const step of play.history.steps) await play.step(step);
  await checkWhy(play, false);
  const answer: Answer = play.history.seed % 3 === 0 ? 'reject' : 'accept';
  await waitUntilCalm(play, answer);
  if (![...play.watch.targets.values()].some(({ touched }) => touched)) await checkAll(play, false);
  await retryParked(play, answer);
  if ([...play.watch.targets.values()].some(({ touched }) => touched)) {
    await play.directory.touchAll();
    play.atWork.engine.changed();
    await play.pass(1_000);
    await makePeace(play, answer);
    await reconcileScheduled(play);
    await retryParked(play, answer);
  }
  await checkAll(play, true);
}

/** Creates the initial people and makes every Target live. */
async function begin(play: Play): Promise<void> {
  await play.rest();
  const { people, targets } = play.history.site;
  for (let who = 0; who < people; who += 1) await play.act({ do: 'join', who });
  if (people > 0) {
    const members = [...play.directory.picture.people.values()].filter((one) => one.who !== people - 1).map((one) => one.id);
    await play.directory.createGroup(members);
  }
  await play.pass(1_000);
  for (const [target] of targets.entries()) {
    await play.act({ do: 'apply', target });
    await play.rest();
  }
  await settle(play);
  for (const system of play.systems.values()) if ('backUp' in system) system.backUp();
}
