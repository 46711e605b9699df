// Opens a Connection that delivers records through a script.
import type { Delivery, Planned } from '../../../domain/delivery.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import { assertMayWrite, assertOnTime } from '../assert-may-write.ts';
import type { Answered, DriverDeps, Found, Listed, RecordConnection } from '../driver.ts';
import { impossibleRecord } from '../impossible-look-up.ts';
import { toFound, toOutcome, type ScriptItem, type ScriptRequest, type ScriptResult, type Verb } from './script-messages.ts';
import { ResultQueue } from './result-queue.ts';
import type { ScriptSettings } from './settings.ts';
import { ScriptFailed, ScriptSession } from './script-session.ts';

/** Opens a Connection to a script. Does not start the script yet. */
export function openScriptConnection(settings: ScriptSettings, deps: DriverDeps, access: 'read' | 'write'): RecordConnection {
  return connectOver(openSession(settings, deps), settings, deps, access);
}

/** Creates the session with the script of a Target. Does not start the script yet. */
export function openSession(settings: ScriptSettings, deps: DriverDeps): ScriptSession {
  return new ScriptSession(settings, deps, toGreeting(new Set(settings.asks), deps.definition.match.flat()));
}

/** Creates a Connection over a session. Closing the Connection closes the session. */
export function connectOver(
  session: ScriptSession,
  settings: ScriptSettings,
  deps: DriverDeps,
  access: 'read' | 'write',
): RecordConnection {
  const { target, match, can } = deps.definition;
  const asks = new Set(settings.asks);

  async function* deliver(
    batch: readonly Delivery[],
    { signal, notAfter }: { readonly signal: AbortSignal; readonly notAfter: Date },
  ): AsyncGenerator<Answered> {
    assertMayWrite(access, target);
    for (const [action, group] of Map.groupBy(batch, (delivery) => delivery.action)) {
      assertOnTime(deps.clock, notAfter);
      yield* deliverGroup(action, group, signal);
    }
  }

  /**
   * Sends one request line for all Deliveries of a group. The script is read independently of the consumer, which may send another request
   * before it has read all Outcomes.
   */
  async function* deliverGroup(action: Verb, group: readonly Delivery[], signal: AbortSignal): AsyncGenerator<Answered> {
    const byNumber = new Map(group.map((delivery, index) => [index + 1, delivery]));
    const answers = new ResultQueue<Answered>();
    const unanswered = new Set(group.map(({ id }) => id));
    const take = (result: ScriptResult) => {
      const { id } = byNumber.get(result.n)!;
      answers.push({ delivery: id, outcome: readOutcome(result) });
      unanswered.delete(id);
    };
    answers.endWith(session.ask({ do: action, items: [...byNumber].map(([n, delivery]) => toItem(n, delivery)) }, { signal, take }));
    try {
      yield* answers.read();
    } catch (error) {
      throw error instanceof ScriptFailed ? error.toUnavailable([...unanswered]) : error;
    }
  }

  async function find(planned: Planned, signal: AbortSignal): Promise<readonly Found[]> {
    const [row = {}] = planned.rows;
    const record = Object.fromEntries(match.flat().flatMap((field) => (row[field] === undefined ? [] : [[field, row[field]]])));
    if (Object.values(record).every((value) => value === '')) return [];
    let found: readonly Found[] = [];
    const take = (result: ScriptResult) => (found = readFound(result));
    await asUnavailable(session.ask({ do: 'find', items: [{ n: 1, record }] }, { signal, take }));
    return found;
  }

  async function* list(signal: AbortSignal): AsyncGenerator<Listed> {
    const listed = new ResultQueue<Found>();
    const take = (result: ScriptResult) => readFound(result).forEach((one) => listed.push(one));
    listed.endWith(asUnavailable(session.ask({ do: 'list', items: [{ n: 1 }] }, { signal, take })));
    yield* listed.read();
    yield { complete: true };
  }

  async function settle(receipt: string, signal: AbortSignal): Promise<Outcome> {
    const outcomes: Outcome[] = [];
    const take = (result: ScriptResult) => outcomes.push(readOutcome(result));
    await asUnavailable(session.ask({ do: 'confirm', items: [{ n: 1, receipt }] }, { signal, take }));
    return outcomes[0] ?? { status: 'unclear', reason: 'the script returned no result for the receipt' };
  }

  /** @throws {Error} if the result has no status; the script is then ended. */
  function readOutcome(result: ScriptResult): Outcome {
    const outcome = toOutcome(result, (text) => session.clean(text));
    if (outcome === undefined) throw new Error(`returned a result for item ${result.n} without a status, or accepted it without a receipt`);
    return outcome;
  }

  return {
    mode: 'record',
    actions: new Set(can),
    batchSize: settings.batch,
    repeatable: settings.repeatable,
    visibleAfterMs: settings.visibleAfter,
    concurrency: 1,
    deliver,
    ...(asks.has('find') && { find }),
    ...(asks.has('list') && { list }),
    ...(asks.has('confirm') && { settle }),
    probe: (signal) => session.probe(signal),
    close: () => session.close(),
  };
}

function toItem(n: number, { key, rows, idempotencyKey }: Delivery): ScriptItem {
  return { n, key: key ?? null, record: rows[0] ?? {}, id: idempotencyKey };
}

/** A read-only request that this script supports; `undefined` if it supports none. */
function toGreeting(asks: ReadonlySet<string>, matchFields: readonly string[]): ScriptRequest | undefined {
  if (asks.has('probe')) return { do: 'probe', items: [{ n: 1 }] };
  return asks.has('find') ? { do: 'find', items: [{ n: 1, record: impossibleRecord(matchFields) }] } : undefined;
}

/**
 * @throws {Error} if the result has no list; the script is then ended. Otherwise "no match" could not be distinguished from a failed
 * look-up.
 */
export function readFound(result: ScriptResult): readonly Found[] {
  if (result.found === undefined || result.found === null) {
    throw new Error(`answered a look-up without a found list${typeof result.reason === 'string' ? `: ${result.reason}` : ''}`);
  }
  return toFound(result);
}

/** Converts an unanswered read to a failure of the Target. */
export async function asUnavailable(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    throw error instanceof ScriptFailed ? error.toUnavailable() : error;
  }
}
