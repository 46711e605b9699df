// The routes `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`.
import type { Router } from '@koa/router';
import { parse } from 'node:querystring';
import { resourceTypes, schemaResources, serviceProviderConfig } from '../../scim/discovery.ts';
import { notFound, ScimError } from '../../scim/errors.ts';
import { findIgnoringCase } from '../../scim/lenient/any-client.ts';
import { listResponse } from '../../scim/messages.ts';
import type { JsonObject } from '../../scim/resource.ts';
import type { ScimContext, ScimState } from '../../http/middleware/request-state.ts';
import { sendScim } from './send-response.ts';
import { readId } from './read-request.ts';
import { toBaseUrl } from './base-url.ts';
import { maxBulkOperations } from './bulk-routes.ts';
import type { ScimDeps } from './scim-deps.ts';

/**
 * Adds the discovery endpoints (RFC 7644 §4). They require a token like all others, so that unauthenticated clients get no information.
 * `/serviceConfiguration` is a name from before the standard (docs/entra-facts.md#other-discovery-endpoints).
 */
export function addDiscoveryRoutes(router: Router<ScimState>, { schemas, settings }: ScimDeps): void {
  const showConfig = (context: ScimContext) => {
    const bulk = { maxOperations: maxBulkOperations, maxPayloadSizeBytes: settings.maxBodyBytes };
    assertUnfiltered(context);
    sendScim(context, 200, serviceProviderConfig({ baseUrl: toBaseUrl(settings, context.req), pageSizes: settings.pageSizes, bulk }));
  };
  router.get('/ServiceProviderConfig', showConfig);
  router.get('/serviceConfiguration', showConfig);
  addCollection('/ResourceTypes', 'ResourceType', (baseUrl) => resourceTypes(schemas, baseUrl));
  addCollection('/Schemas', 'Schema', (baseUrl) => schemaResources(schemas, baseUrl));

  function addCollection(path: string, name: string, list: (baseUrl: string) => readonly JsonObject[]): void {
    router.get(path, (context) => {
      assertUnfiltered(context);
      const resources = list(toBaseUrl(settings, context.req));
      sendScim(context, 200, listResponse({ resources, totalResults: resources.length, startIndex: 1 }));
    });
    router.get(`${path}/:id`, (context) => {
      assertUnfiltered(context);
      const id = readId(context);
      const found = list(toBaseUrl(settings, context.req)).find((one) => String(one['id']).toLowerCase() === id.toLowerCase());
      if (!found) throw notFound(name, id);
      sendScim(context, 200, found);
    });
  }
}

/** Rejects a filter with 403 (RFC 7644 §4), so that a client does not mistake the whole list for matches. Other parameters are ignored. */
function assertUnfiltered(context: ScimContext): void {
  const filter = findIgnoringCase(parse(context.querystring), 'filter');
  if (filter !== undefined && filter !== '') throw new ScimError(403, undefined, 'Discovery endpoints do not support filters.');
}
