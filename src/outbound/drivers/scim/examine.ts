// Defines the steps of the command `test` for a scim Target.
import { findIgnoringCase } from '../../../scim/lenient/any-client.ts';
import { scimMediaType } from '../../../scim/messages.ts';
import { isObject } from '../../../scim/resource.ts';
import { TargetUnavailable } from '../../../domain/errors.ts';
import { impossibleLookUp } from '../impossible-look-up.ts';
import { connectStep } from '../examine-network.ts';
import { checkMadeUpLookUp, checkPage } from '../examination.ts';
import type { DriverDeps, Examination, Examined } from '../driver.ts';
import { openHttpClient } from '../http-client.ts';
import { NotAnswered } from '../http-failure.ts';
import { assertAnswered } from '../http-outcome.ts';
import { toReason, type Reply } from '../http-reply.ts';
import { openScimConnection } from './connection.ts';
import { readRecord } from './document.ts';
import type { ScimSettings } from './settings.ts';

/** Page size of the list request. */
const pageSize = 100;

const servicePath = '/ServiceProviderConfig';
const pagePath = `/Users?startIndex=1&count=${pageSize}`;

/** Status codes of products that cannot list all people, because they require a filter or have no such endpoint. */
const doesNotList: ReadonlySet<number> = new Set([400, 403, 404, 405, 501]);

/** The steps of `test` for a SCIM Target. They send only GET requests. */
export function examineScim(settings: ScimSettings, deps: DriverDeps): Examination {
  const connection = openScimConnection(settings, deps, 'read');
  const client = openHttpClient(settings, deps);
  const { match, can } = deps.definition;

  const get = (path: string, signal: AbortSignal): Promise<Reply> =>
    client.send({ method: 'GET', path, headers: { Accept: `${scimMediaType}, application/json` } }, signal).catch((error: unknown) => {
      throw error instanceof NotAnswered ? error.toUnavailable() : error;
    });

  async function signIn(signal: AbortSignal): Promise<Examined> {
    await connection.probe(signal);
    const how = settings.auth === undefined ? 'without credentials: settings.auth is not set' : 'with the configured credentials';
    return { message: `GET /Users with a filter succeeds ${how}` };
  }

  async function readService(signal: AbortSignal): Promise<Examined> {
    const reply = await get(servicePath, signal);
    const { status, body } = reply;
    if (status !== 200 || !isObject(body))
      return { message: `The product has no ServiceProviderConfig: ${toReason(reply)}`, notAvailable: true };
    const patch = supports(body, 'patch');
    const supported = ['patch', 'filter'].filter((name) => supports(body, name) === true);
    const message =
      supported.length === 0
        ? 'The product reports support for neither patch nor filter'
        : `The product reports support for: ${supported.join(', ')}`;
    const changes = can.includes('update') || can.includes('deactivate');
    if (patch === false && changes && settings.update === 'patch') {
      return { message, hint: 'Without patch, changes may be rejected: set update: put.' };
    }
    return { message };
  }

  async function lookUp(signal: AbortSignal): Promise<Examined> {
    const found = await connection.find!(impossibleLookUp(match.flat()), signal);
    return checkMadeUpLookUp(found.length, 'GET /Users with a filter');
  }

  async function readPage(signal: AbortSignal): Promise<Examined> {
    const reply = await get(pagePath, signal);
    if (doesNotList.has(reply.status)) {
      return {
        message: `The product does not list people without a filter. Vestibule does not require such a list: ${toReason(reply)}`,
        notAvailable: true,
      };
    }
    assertAnswered(reply, deps.clock.now());
    const resources = isObject(reply.body) ? (findIgnoringCase(reply.body, 'Resources') ?? []) : undefined;
    if (!Array.isArray(resources)) throw new TargetUnavailable('The response to GET /Users is not a SCIM list');
    const records = resources.filter(isObject).map((resource) => ({ record: readRecord(resource, match.flat()) }));
    return checkPage('GET /Users', records, match, 'Check match in the connector: the product does not return these attributes.');
  }

  const asks = (path: string) => [`GET ${client.tellAddress(path)}`];
  return {
    steps: [
      connectStep(settings, deps),
      { step: 'signIn', needed: true, asks: asks('/Users?filter=…'), run: signIn },
      { step: 'service', needed: false, asks: asks(servicePath), run: readService },
      { step: 'find', needed: false, asks: asks('/Users?filter=…'), run: lookUp },
      { step: 'list', needed: false, asks: asks(pagePath), run: readPage },
    ],
    close: async () => {
      client.close();
      await connection.close();
    },
  };
}

/** Whether a ServiceProviderConfig lists a feature as supported (RFC 7643 §5); `undefined` if it does not mention the feature. */
function supports(config: Readonly<Record<string, unknown>>, feature: string): boolean | undefined {
  const part = findIgnoringCase(config, feature);
  const supported = isObject(part) ? findIgnoringCase(part, 'supported') : undefined;
  return typeof supported === 'boolean' ? supported : undefined;
}
