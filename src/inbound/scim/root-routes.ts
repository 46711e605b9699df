// The routes at the root, `GET /` and `POST /.search`, which search Users and Groups together.
import type { Router } from '@koa/router';
import { parseSearchRequest, type SearchParameters } from '../../scim/messages.ts';
import { parseProjection } from '../../scim/projection.ts';
import { searchAll } from '../staging/search-all.ts';
import type { ScimContext, ScimState } from '../../http/middleware/request-state.ts';
import { readBody } from '../../http/read-body.ts';
import { sendScimChunks } from './send-response.ts';
import { readSearchParameters, toStaging } from './read-request.ts';
import { toBaseUrl } from './base-url.ts';
import { serializeSearchResults } from './serialize-search.ts';
import { readPageRequest } from './read-page-request.ts';
import type { RouteDeps } from './route-deps.ts';

/**
 * Adds the searches in all resources: `GET` of the base URL and `POST /.search` (RFC 7644 §3.4.2.1 and §3.4.3). Also matches a base URL
 * that ends with a version, such as `/scim/v2`.
 */
export function addRootRoutes(router: Router<ScimState>, deps: RouteDeps): void {
  const { schemas, settings, cursors } = deps;

  router.get(['/', '/v2'], (context) => search(context, readSearchParameters(context)));
  router.post('/.search', async (context) => search(context, parseSearchRequest(await readBody(context.req, settings.maxBodyBytes))));

  async function search(context: ScimContext, parameters: SearchParameters): Promise<void> {
    const users = parseProjection(parameters, schemas.user);
    const groups = parseProjection(parameters, schemas.group);
    const staging = toStaging(context, deps);
    const paging = readPageRequest(cursors, { source: context.state.source, endpoint: '/', parameters });
    const nowMs = () => performance.now();
    const page = await searchAll({ staging, sizes: settings.pageSizes, nowMs }, parameters, paging.after);
    const shown = { staging, users, groups, baseUrl: toBaseUrl(settings, context.req) };
    await sendScimChunks(context, 200, serializeSearchResults(page.items, paging.listHead(page), shown));
  }
}
