import { TargetUnavailable } from '../../domain/errors.ts';
import type { Delivery, Planned } from '../../domain/delivery.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import { findIgnoringCase } from '../../scim/lenient/any-client.ts';
import { scimMediaType } from '../../scim/messages.ts';
import { isObject, type JsonObject } from '../../scim/resource.ts';
import { assertMayWrite, assertOnTime } from '../assert-may-write.ts';
import type { Answered, DriverDeps, Found, RecordConnection } from '../driver.ts';
import { openHttpClient, type HttpRequest } from '../http-client.ts';
import { NotAnswered } from '../http-failure.ts';
import { assertAnswered, toOutcome } from '../http-outcome.ts';
import type { Reply } from '../http-reply.ts';
import { impossibleRecord } from '../impossible-look-up.ts';
import { readRecord, toDocument, toPatch } from './document.ts';
import { parseFieldPath, toFilter } from './field-path.ts';
import type { ScimSettings } from './settings.ts';

/** Most answers to one question for somebody: a product that has more does not filter. */
const maxFound = 100;

/** Opens a Connection to a SCIM service; sends nothing yet. */
export function openScimConnection(settings: ScimSettings, deps: DriverDeps, access: 'read' | 'write'): RecordConnection {
  const client = openHttpClient(settings, deps);
  const { target, match, can } = deps.definition;

  async function send(request: HttpRequest, signal: AbortSignal): Promise<Reply> {
    const began = performance.now();
    const reply = await client.send({ ...request, headers: { Accept: `${scimMediaType}, application/json`, ...request.headers } }, signal);
    deps.log.debug({ method: request.method, status: reply.status, ms: Math.round(performance.now() - began) }, 'answered');
    return reply;
  }

  async function* deliver(
    batch: readonly Delivery[],
    { signal, notAfter }: { readonly signal: AbortSignal; readonly notAfter: Date },
  ): AsyncGenerator<Answered> {
    assertMayWrite(access, target);
    for (const delivery of batch) {
      assertOnTime(deps.clock, notAfter);
      yield { delivery: delivery.id, outcome: await deliverOne(delivery, signal) };
    }
  }

  async function deliverOne(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const request = toRequest(delivery, settings);
    if (request === undefined) return { status: 'reject', reason: 'the id of the person at the product is unknown' };
    try {
      const reply = await send(request, signal);
      return judge(delivery, reply);
    } catch (error) {
      if (!(error instanceof NotAnswered)) throw error;
      if (!error.left) throw error.toUnavailable();
      return { status: 'unclear', reason: error.message, fact: error.message };
    }
  }

  function judge({ action, id }: Delivery, reply: Reply): Outcome {
    if (action === 'create' && reply.status === 404) {
      throw new TargetUnavailable('answered 404 to POST /Users', { hint: 'Check the path in url. /Users is appended to it.' });
    }
    const needsKey = action === 'create';
    const key = needsKey ? readId(reply.body) : undefined;
    return toOutcome({ action, delivery: id, reply, says: saysOf(reply), key, needsKey, now: deps.clock.now() });
  }

  /** Asks who has the values of one alternative of `match`. */
  async function search(fields: readonly string[], record: OutboundRecord, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const filter = fields.map((field) => toFilter(parseFieldPath(field), toScalar(record[field]))).join(' and ');
    const path = `/Users?filter=${encodeURIComponent(filter)}&count=${maxFound}`;
    const reply = await send({ method: 'GET', path }, signal).catch((error: unknown) => {
      throw error instanceof NotAnswered ? error.toUnavailable() : error;
    });
    assertAnswered(reply, deps.clock.now());
    return readResources(reply);
  }

  async function find(planned: Planned, signal: AbortSignal): Promise<readonly Found[]> {
    const [record = {}] = planned.rows;
    for (const fields of match) {
      if (fields.some((field) => toScalar(record[field]) === '')) continue;
      const found = await search(fields, record, signal);
      if (found.length > 0) return found.map((resource) => toFound(resource, [...match.flat(), ...Object.keys(record)]));
    }
    return [];
  }

  async function probe(signal: AbortSignal): Promise<void> {
    const [fields = ['userName']] = match;
    await search(fields, impossibleRecord(fields), signal);
  }

  return {
    mode: 'record',
    actions: new Set(can),
    batchSize: 1,
    repeatable: settings.repeatable,
    visibleAfterMs: settings.visibleAfter,
    concurrency: settings.concurrency,
    ...(settings.rate !== undefined && { ratePerSecond: settings.rate }),
    deliver,
    find,
    probe,
    close: async () => client.close(),
  };
}

/** The request of a Delivery; `undefined` when it needs an id that is not known. */
function toRequest({ action, key, rows, idempotencyKey }: Delivery, { update, idempotencyHeader }: ScimSettings): HttpRequest | undefined {
  const [record = {}] = rows;
  const headers = {
    'Content-Type': scimMediaType,
    ...(idempotencyHeader !== undefined && { [idempotencyHeader]: idempotencyKey }),
  };
  if (action === 'create') return { method: 'POST', path: '/Users', headers, body: JSON.stringify(toDocument(record, true)) };
  if (key === undefined) return undefined;
  const path = `/Users/${encodeURIComponent(key)}`;
  const active = action === 'update';
  if (action === 'delete') return { method: 'DELETE', path, headers };
  if (update === 'patch') return { method: 'PATCH', path, headers, body: JSON.stringify(toPatch(active ? record : {}, active)) };
  return { method: 'PUT', path, headers, body: JSON.stringify({ ...toDocument(record, active), id: key }) };
}

/** RFC 7644 §3.12 has 409 for it; some services answer 400 with the same words. */
function saysOf({ status, body }: Reply): 'exists' | undefined {
  return status === 400 && isObject(body) && findIgnoringCase(body, 'scimType') === 'uniqueness' ? 'exists' : undefined;
}

/**
 * The Users of a list (RFC 7644 §3.4.2); `Resources` may be missing when there are none.
 * @throws {TargetUnavailable} when it is no list, or holds so many that the filter was not heeded: "nobody" could not be told from it.
 */
function readResources({ body }: Reply): readonly JsonObject[] {
  const total = isObject(body) ? findIgnoringCase(body, 'totalResults') : undefined;
  const resources = isObject(body) ? (findIgnoringCase(body, 'Resources') ?? []) : undefined;
  if (typeof total !== 'number' || !Array.isArray(resources)) {
    throw new TargetUnavailable('the response to GET /Users is not a SCIM list', {
      hint: 'Check that url is the base address of the SCIM service.',
    });
  }
  if (total > resources.length)
    throw new TargetUnavailable(`answered a search for one person with ${total} people`, {
      hint: 'Check that the product supports filters.',
    });
  return resources.filter(isObject);
}

function toFound(resource: JsonObject, fields: readonly string[]): Found {
  const key = readId(resource);
  return { ...(key !== undefined && { key }), record: readRecord(resource, [...new Set(fields)]) };
}

function readId(resource: unknown): string | undefined {
  const id = isObject(resource) ? findIgnoringCase(resource, 'id') : undefined;
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function toScalar(value: OutboundRecord[string] | undefined): string | number | boolean {
  return value === undefined || typeof value === 'object' ? '' : value;
}
