// The routes under `/Groups`.
import type { Router } from '@koa/router';
import type { Group } from '../../domain/person.ts';
import { listResponse, parseSearchRequest, type SearchParameters } from '../../scim/messages.ts';
import { isWanted, parseProjection, type Projection } from '../../scim/projection.ts';
import { createGroup, patchGroup, readGroup, removeGroup, replaceGroup } from '../staging/groups.ts';
import { searchGroups } from '../staging/search.ts';
import type { ScimContext, ScimState } from '../../http/middleware/request-state.ts';
import { readBody } from '../../http/read-body.ts';
import { sendScimChunks, sendNotModified, toEntityTag } from './send-response.ts';
import { readId, isNotModified, readSearchParameters, readProjection, toStaging, toWriteOptions } from './read-request.ts';
import { toBaseUrl } from './base-url.ts';
import { serializeGroup, serializeGroupList, type GroupView } from './serialize-group.ts';
import { readPageRequest } from './read-page-request.ts';
import type { RouteDeps } from './route-deps.ts';

/**
 * Adds `/Groups` and the paths below it. The response to a PATCH is 204, so that adding one member does not require reading all members
 * (docs/entra-facts.md#changing-members). If the client names attributes, RFC 7644 §3.5.2 requires a body. Members are read only if the
 * response contains them, and only as fast as the client reads the response.
 */
export function addGroupRoutes(router: Router<ScimState>, deps: RouteDeps): void {
  const type = deps.schemas.group;

  router.get('/Groups', (context) => search(context, readSearchParameters(context)));
  router.post('/Groups/.search', async (context) =>
    search(context, parseSearchRequest(await readBody(context.req, deps.settings.maxBodyBytes))),
  );

  router.post('/Groups', async (context) => {
    const { projection } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await createGroup(toStaging(context, deps), body, toWriteOptions(context, deps));
    context.set('Location', `${toBaseUrl(deps.settings, context.req)}/Groups/${group.id}`);
    await send(context, 201, group, projection);
  });

  router.get('/Groups/:id', async (context) => {
    const { projection } = readProjection(context, type);
    const group = await readGroup(toStaging(context, deps), readId(context));
    // If a member is deleted, renamed or received later, the shown members change, but not the version of the Group.
    if (isNotModified(context, group.version, isWanted(projection, 'members'))) sendNotModified(context, group.version);
    else await send(context, 200, group, projection);
  });

  router.put('/Groups/:id', async (context) => {
    const { projection } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await replaceGroup(toStaging(context, deps), readId(context), body, toWriteOptions(context, deps));
    await send(context, 200, group, projection);
  });

  router.patch('/Groups/:id', async (context) => {
    const { projection, named } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await patchGroup(toStaging(context, deps), readId(context), body, toWriteOptions(context, deps));
    if (named) return send(context, 200, group, projection);
    context.res.setHeader('ETag', toEntityTag(group.version));
    context.status = 204;
  });

  router.delete('/Groups/:id', async (context) => {
    await removeGroup(toStaging(context, deps), readId(context), toWriteOptions(context, deps));
    context.status = 204;
  });

  async function search(context: ScimContext, parameters: SearchParameters): Promise<void> {
    const projection = parseProjection(parameters, type);
    const paging = readPageRequest(deps.cursors, { source: context.state.source, endpoint: '/Groups', parameters });
    const page = await searchGroups(toStaging(context, deps), parameters, deps.settings.pageSizes, paging.after);
    const head = listResponse({ ...paging.listHead(page), resources: [] });
    await sendScimChunks(context, 200, serializeGroupList(page.items, head, shownBy(context, projection)));
  }

  async function send(context: ScimContext, status: number, group: Group, projection: Projection): Promise<void> {
    await sendScimChunks(context, status, serializeGroup(group, shownBy(context, projection)));
    context.res.setHeader('ETag', toEntityTag(group.version));
  }

  function shownBy(context: ScimContext, projection: Projection): GroupView {
    return { staging: toStaging(context, deps), projection, baseUrl: toBaseUrl(deps.settings, context.req) };
  }
}
