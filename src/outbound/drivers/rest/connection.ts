// Opens a Connection to a product with a proprietary HTTP API.
import { TargetUnavailable } from '../../../domain/errors.ts';
import type { Delivery, Planned } from '../../../domain/delivery.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import type { Action } from '../../../domain/target.ts';
import type { DriverDeps, Found, Listed, RecordConnection } from '../driver.ts';
import type { HttpRequest } from '../http-client.ts';
import { assertAnswered, toOutcome } from '../http-outcome.ts';
import { openHttpRecordConnection, type HttpCalls, type HttpRecordDriver } from '../http-record-connection.ts';
import type { Reply } from '../http-reply.ts';
import { impossibleRecord } from '../impossible-look-up.ts';
import { compileLookUp, compileReplies, compileWrite, fillHeaders, type Write } from './calls.ts';
import { compileCondition } from './expressions.ts';
import { assertComparable, eachPage, type LookUpRules } from './look-up-pages.ts';
import { findCalls, type RestSettings } from './settings.ts';
import { parseTemplate, ValueFault } from './template.ts';

const actions: readonly Action[] = ['create', 'update', 'deactivate', 'delete'];

/**
 * Opens a Connection over HTTP. Sends nothing yet.
 * @throws {TemplateFault | ExpressionProblem} if the settings were not checked.
 */
export function openRestConnection(settings: RestSettings, deps: DriverDeps, access: 'read' | 'write'): RecordConnection {
  return openHttpRecordConnection(settings, deps, access, (calls) => toRestDriver(settings, deps, calls));
}

function toRestDriver(settings: RestSettings, deps: DriverDeps, { send, ask }: HttpCalls): HttpRecordDriver {
  const { values = {} } = deps;
  const names = Object.keys(values);
  const writes = new Map(actions.flatMap((action) => (settings[action] ? [[action, compileWrite(settings[action], names)] as const] : [])));
  const finds = findCalls(settings).map((call) => compileLookUp(call, names));
  const lists = settings.list === undefined ? undefined : compileLookUp(settings.list, names);
  const probe = settings.probe && parseTemplate(settings.probe.get, names);
  const saysOf = compileReplies(settings.replies);
  const none = settings.replies.none === undefined ? () => false : compileCondition(settings.replies.none);
  const rules: LookUpRules = { now: () => deps.clock.now(), meansNone: none };

  const askWith = (template: string) => (request: HttpRequest, signal: AbortSignal) => ask(request, template, signal);

  async function deliverOne(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const write = writes.get(delivery.action);
    if (write === undefined) return { status: 'reject', reason: `the connector has no call for ${delivery.action}` };
    try {
      const reply = await send(toRequest(write, delivery), write.template.text, signal);
      const says = saysOf(reply);
      if (says === undefined && delivery.action === 'create' && (reply.status === 404 || reply.status === 410))
        await assertPathWorks(signal);
      const needsKey = delivery.action === 'create' && write.needsKey;
      return toOutcome({
        action: delivery.action,
        delivery: delivery.id,
        reply,
        says,
        key: write.readKey(reply),
        needsKey,
        now: deps.clock.now(),
      });
    } catch (error) {
      if (error instanceof ValueFault) return { status: 'reject', reason: error.message };
      throw error;
    }
  }

  function toRequest(write: Write, delivery: Delivery): HttpRequest {
    if (write.template.usesKey && delivery.key === undefined) throw new ValueFault('the key of the record is unknown');
    const [record = {}] = delivery.rows;
    const request = write.toRequest({ record, values, ...(delivery.key !== undefined && { key: delivery.key }) });
    if (settings.idempotencyHeader === undefined) return request;
    return { ...request, headers: { ...request.headers, [settings.idempotencyHeader]: delivery.idempotencyKey } };
  }

  async function find(planned: Planned, signal: AbortSignal): Promise<readonly Found[]> {
    const [record = {}] = planned.rows;
    for (const look of finds) {
      // Skips a look-up with an empty value, because an empty `q=` would return all people.
      if (look.template.fields.some((field) => (record[field] ?? '') === '')) continue;
      const found: Found[] = [];
      const inserts = { record, values, ...(planned.key !== undefined && { key: planned.key }) };
      for await (const items of eachPage(look, inserts, askWith(look.template.text), rules, signal)) found.push(...items);
      assertComparable(look, found, deps.definition.match);
      if (found.length > 0) return found;
    }
    return [];
  }

  async function* list(signal: AbortSignal): AsyncGenerator<Listed> {
    if (lists === undefined) return;
    const never: LookUpRules = { ...rules, meansNone: () => false };
    for await (const items of eachPage(lists, { record: {}, values }, askWith(lists.template.text), never, signal)) yield* items;
    yield { complete: true };
  }

  /** Sends the configured probe; without one, `find` with made-up values; without `find`, a GET to the base address. */
  async function askProbe(signal: AbortSignal): Promise<Reply> {
    const [look] = finds;
    if (probe !== undefined) {
      return askWith(probe.text)(
        {
          method: 'GET',
          path: probe.insert({ record: {}, values }),
          headers: fillHeaders(settings.probe?.headers ?? {}, { record: {}, values }),
        },
        signal,
      );
    }
    if (look === undefined) return askWith('/')({ method: 'GET', path: '/' }, signal);
    const page = look.pages === undefined ? {} : { page: look.pages.from };
    const reply = await askWith(look.template.text)(
      look.toRequest({ record: impossibleRecord(look.template.fields), values, ...page }),
      signal,
    );
    const ok = reply.status >= 200 && reply.status < 300;
    if (ok && !none(reply) && look.readItems(reply) === undefined) {
      throw new TargetUnavailable(
        `the response to GET ${look.template.text} does not contain the list that the expression in items should return`,
        {
          hint: 'Check that url is the address of the API, not of a login page.',
        },
      );
    }
    return reply;
  }

  async function assertProbed(signal: AbortSignal): Promise<void> {
    const reply = await askProbe(signal);
    if (none(reply)) return;
    const { status } = reply;
    // Without a probe and a look-up, this only tests whether the system responds and accepts the credentials.
    const bare = probe === undefined && finds.length === 0;
    if (bare ? [404, 405].includes(status) : probe === undefined && (status === 400 || status === 422)) return;
    assertAnswered(reply, deps.clock.now());
  }

  /**
   * After a 404 reply to a create: a read at the same base path must get another status, so that the 404 is about this record and not about
   * the path.
   * @throws {TargetUnavailable} if the read also gets 404, or there is no call to read with.
   */
  async function assertPathWorks(signal: AbortSignal): Promise<void> {
    const askable = probe !== undefined || finds.length > 0;
    if (askable && (await askProbe(signal)).status !== 404) return;
    throw new TargetUnavailable('answered 404 to a create', { hint: 'Check the path in url.' });
  }

  return {
    actions: writes.keys(),
    deliverOne,
    ...(finds.length > 0 && { find }),
    ...(lists !== undefined && { list }),
    probe: assertProbed,
  };
}
