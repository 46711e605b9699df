// The shared base of Connections that deliver records over HTTP.
import type { Delivery } from '../../domain/delivery.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Action } from '../../domain/target.ts';
import { assertMayWrite, assertOnTime } from './assert-may-write.ts';
import type { Answered, DriverDeps, RecordConnection } from './driver.ts';
import { openHttpClient, type HttpRequest } from './http-client.ts';
import { NotAnswered } from './http-failure.ts';
import type { Reply } from './http-reply.ts';
import type { HttpSettings } from './http-settings.ts';

/** Requests of one Connection. `path` is for the log: as configured, never as sent, since values in it are personal. */
export interface HttpCalls {
  /** Writes. @throws {NotAnswered} when there is no answer to one Delivery; the Connection makes its result of that. */
  readonly send: (request: HttpRequest, path: string, signal: AbortSignal) => Promise<Reply>;
  /** Asks. @throws {TargetUnavailable} where no whole answer came: without it nothing is known of the Target. */
  readonly ask: (request: HttpRequest, path: string, signal: AbortSignal) => Promise<Reply>;
}

/** What differs from one family of HTTP products to the next. */
export interface HttpRecordDriver extends Pick<RecordConnection, 'find' | 'list' | 'probe'> {
  readonly actions: Iterable<Action>;
  /** Sends one Delivery and returns its result. Errors of `send` pass through. */
  readonly deliverOne: (delivery: Delivery, signal: AbortSignal) => Promise<Outcome>;
}

/**
 * Opens a Connection that writes records one by one over HTTP, as all Drivers for HTTP do: Deliveries in their order, each with a result of
 * its own, limits and times from the settings. Sends nothing yet. `toDriver` gives what the Driver adds.
 */
export function openHttpRecordConnection(
  settings: HttpSettings,
  deps: DriverDeps,
  access: 'read' | 'write',
  toDriver: (calls: HttpCalls) => HttpRecordDriver,
): RecordConnection {
  const client = openHttpClient(settings, deps);

  async function send(request: HttpRequest, path: string, signal: AbortSignal): Promise<Reply> {
    const began = performance.now();
    const reply = await client.send(request, signal);
    deps.log.debug({ method: request.method, path, status: reply.status, ms: Math.round(performance.now() - began) }, 'answered');
    return reply;
  }

  const ask: HttpCalls['ask'] = async (request, path, signal) => {
    try {
      return await send(request, path, signal);
    } catch (error) {
      throw error instanceof NotAnswered ? error.toUnavailable() : error;
    }
  };

  const { actions, deliverOne, ...rest } = toDriver({ send, ask });

  async function* deliver(
    batch: readonly Delivery[],
    { signal, notAfter }: { readonly signal: AbortSignal; readonly notAfter: Date },
  ): AsyncGenerator<Answered> {
    assertMayWrite(access, deps.definition.target);
    for (const delivery of batch) {
      assertOnTime(deps.clock, notAfter);
      yield { delivery: delivery.id, outcome: await deliverOne(delivery, signal).catch(resultOf) };
    }
  }

  return {
    mode: 'record',
    actions: new Set(actions),
    batchSize: 1,
    repeatable: settings.repeatable,
    visibleAfterMs: settings.visibleAfter,
    concurrency: settings.concurrency,
    ...(settings.rate !== undefined && { ratePerSecond: settings.rate }),
    ...rest,
    deliver,
    close: async () => client.close(),
  };
}

/** The Outcome of a failed call; rethrows a failure of the whole Target. */
function resultOf(error: unknown): Outcome {
  if (!(error instanceof NotAnswered)) throw error;
  if (!error.left) throw error.toUnavailable();
  return { status: 'unclear', reason: error.message, fact: error.message };
}
