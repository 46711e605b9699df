// Opens a Connection to a product that supports SCIM.
import { TargetUnavailable } from '../../../domain/errors.ts';
import type { Delivery, Planned } from '../../../domain/delivery.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import { findIgnoringCase } from '../../../scim/lenient/any-client.ts';
import { scimMediaType } from '../../../scim/messages.ts';
import { isObject, type JsonObject } from '../../../scim/resource.ts';
import type { DriverDeps, Found, RecordConnection } from '../driver.ts';
import type { HttpRequest } from '../http-client.ts';
import { assertAnswered, toOutcome } from '../http-outcome.ts';
import { openHttpRecordConnection, type HttpCalls, type HttpRecordDriver } from '../http-record-connection.ts';
import type { Reply } from '../http-reply.ts';
import { impossibleRecord } from '../impossible-look-up.ts';
import { readRecord, toDocument, toPatch } from './document.ts';
import { parseFieldPath, toFilter } from './field-path.ts';
import type { ScimSettings } from './settings.ts';
import { showCount } from '../../../domain/wording.ts';

/** Max number of matches of one look-up. A product that returns more ignores the filter. */
const maxFound = 100;

/** Opens a Connection to a SCIM service. Sends nothing yet. */
export function openScimConnection(settings: ScimSettings, deps: DriverDeps, access: 'read' | 'write'): RecordConnection {
  return openHttpRecordConnection(settings, deps, access, (calls) => toScimDriver(settings, deps, calls));
}

function toScimDriver(settings: ScimSettings, deps: DriverDeps, { send, ask }: HttpCalls): HttpRecordDriver {
  const { match, can } = deps.definition;

  async function deliverOne(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const request = toRequest(delivery, settings);
    if (request === undefined) return { status: 'reject', reason: 'the id of the person in the product is unknown' };
    const path = delivery.action === 'create' ? '/Users' : '/Users/{id}';
    return judge(delivery, await send(withAccept(request), path, signal));
  }

  function judge({ action, id }: Delivery, reply: Reply): Outcome {
    if (action === 'create' && reply.status === 404) {
      throw new TargetUnavailable('answered 404 to POST /Users', { hint: 'Check the path in url. /Users is appended to it.' });
    }
    const needsKey = action === 'create';
    const key = needsKey ? readId(reply.body) : undefined;
    return toOutcome({ action, delivery: id, reply, says: saysOf(reply), key, needsKey, now: deps.clock.now() });
  }

  /** Searches for Users with the values of one match alternative. */
  async function search(fields: readonly string[], record: OutboundRecord, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const filter = fields.map((field) => toFilter(parseFieldPath(field), toScalar(record[field]))).join(' and ');
    const path = `/Users?filter=${encodeURIComponent(filter)}&count=${maxFound}`;
    const reply = await ask(withAccept({ method: 'GET', path }), '/Users?filter=…', signal);
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

  return { actions: can, deliverOne, find, probe };
}

function withAccept(request: HttpRequest): HttpRequest {
  return { ...request, headers: { Accept: `${scimMediaType}, application/json`, ...request.headers } };
}

/** The request of a Delivery; `undefined` if it requires an id that is unknown. */
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

/** RFC 7644 §3.12 requires 409 for a duplicate; some services send 400 with scimType `uniqueness`. */
function saysOf({ status, body }: Reply): 'exists' | undefined {
  return status === 400 && isObject(body) && findIgnoringCase(body, 'scimType') === 'uniqueness' ? 'exists' : undefined;
}

/**
 * The Users of a list response (RFC 7644 §3.4.2). `Resources` may be missing if there are none.
 * @throws {TargetUnavailable} if the body is not a list response, or has so many entries that the product must have ignored the filter.
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
    throw new TargetUnavailable(`returned ${showCount(total, 'person', 'people')} for a search for one person`, {
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
