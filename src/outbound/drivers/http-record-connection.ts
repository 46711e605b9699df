// The common part of Connections that deliver records over HTTP.
import type { Delivery } from '../../domain/delivery.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Action } from '../../domain/target.ts';
import { assertMayWrite, assertOnTime } from './assert-may-write.ts';
import type { Answered, DriverDeps, RecordConnection } from './driver.ts';
import { openHttpClient, type HttpRequest } from './http-client.ts';
import { NotAnswered } from './http-failure.ts';
import type { Reply } from './http-reply.ts';
import type { HttpSettings } from './http-settings.ts';

/**
 * Sends the requests of one Connection. `path` is for the log: the configured template, because the values in the real path are personal.
 */
export interface HttpCalls {
  /** Sends a write. @throws {NotAnswered} if there is no reply; the Connection converts this to the Outcome of the Delivery. */
  readonly send: (request: HttpRequest, path: string, signal: AbortSignal) => Promise<Reply>;
  /** Sends a read. @throws {TargetUnavailable} if no full reply arrived, because nothing is known of the Target then. */
  readonly ask: (request: HttpRequest, path: string, signal: AbortSignal) => Promise<Reply>;
}

/** The parts that each HTTP Driver implements itself. */
export interface HttpRecordDriver extends Pick<RecordConnection, 'find' | 'list' | 'probe'> {
  readonly actions: Iterable<Action>;
  /** Sends one Delivery and returns its Outcome. Errors of `send` pass through. */
  readonly deliverOne: (delivery: Delivery, signal: AbortSignal) => Promise<Outcome>;
}

/**
 * Opens a Connection that writes records one by one over HTTP: in order, each with its own Outcome, with limits and time-outs from the
 * settings. Sends nothing yet. `toDriver` creates the parts that differ between Drivers.
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

/** The Outcome of a failed call. Rethrows a failure of the whole Target. */
function resultOf(error: unknown): Outcome {
  if (!(error instanceof NotAnswered)) throw error;
  if (!error.left) throw error.toUnavailable();
  return { status: 'unclear', reason: error.message, fact: error.message };
}
