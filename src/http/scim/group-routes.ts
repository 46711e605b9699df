import type { Router } from '@koa/router';
import type { Group } from '../../domain/person.ts';
import { listResponse, parseSearchRequest, type SearchParameters } from '../../scim/messages.ts';
import { isWanted, parseProjection, type Projection } from '../../scim/project.ts';
import { createGroup, patchGroup, readGroup, removeGroup, replaceGroup } from '../../staging/groups.ts';
import { searchGroups } from '../../staging/search.ts';
import type { ScimContext, ScimState } from '../middleware/state.ts';
import { readBody } from '../read-body.ts';
import { sendScimChunks, sendUnchanged, toEntityTag } from './answer.ts';
import { idOf, isKnown, parametersOf, projectionOf, stageOf, writeOf } from './ask.ts';
import { toBaseUrl } from './base-url.ts';
import { writeGroup, writeGroupList, type ShownGroups } from './group-text.ts';
import { openPaging } from './paging.ts';
import type { RouteDeps } from './route-deps.ts';

/**
 * `/Groups` and the addresses below it. A PATCH answers 204, because adding one member must not read all of them
 * (docs/entra-facts.md#changing-members). If the client names attributes, RFC 7644 §3.5.2 demands a body. Members are read only when the
 * answer shows them, and only as fast as the client reads it.
 */
export function addGroupRoutes(router: Router<ScimState>, deps: RouteDeps): void {
  const type = deps.schemas.group;

  router.get('/Groups', (context) => search(context, parametersOf(context)));
  router.post('/Groups/.search', async (context) =>
    search(context, parseSearchRequest(await readBody(context.req, deps.settings.maxBodyBytes))),
  );

  router.post('/Groups', async (context) => {
    const { projection } = projectionOf(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await createGroup(stageOf(context, deps), body, writeOf(context, deps));
    context.set('Location', `${toBaseUrl(deps.settings, context.req)}/Groups/${group.id}`);
    await send(context, 201, group, projection);
  });

  router.get('/Groups/:id', async (context) => {
    const { projection } = projectionOf(context, type);
    const group = await readGroup(stageOf(context, deps), idOf(context));
    // Somebody who is deleted, renamed or comes late changes which members are shown, and not the Group's version.
    if (isKnown(context, group.version, isWanted(projection, 'members'))) sendUnchanged(context, group.version);
    else await send(context, 200, group, projection);
  });

  router.put('/Groups/:id', async (context) => {
    const { projection } = projectionOf(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await replaceGroup(stageOf(context, deps), idOf(context), body, writeOf(context, deps));
    await send(context, 200, group, projection);
  });

  router.patch('/Groups/:id', async (context) => {
    const { projection, named } = projectionOf(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const group = await patchGroup(stageOf(context, deps), idOf(context), body, writeOf(context, deps));
    if (named) return send(context, 200, group, projection);
    context.res.setHeader('ETag', toEntityTag(group.version));
    context.status = 204;
  });

  router.delete('/Groups/:id', async (context) => {
    await removeGroup(stageOf(context, deps), idOf(context), writeOf(context, deps));
    context.status = 204;
  });

  async function search(context: ScimContext, parameters: SearchParameters): Promise<void> {
    const projection = parseProjection(parameters, type);
    const paging = openPaging(deps.cursors, { source: context.state.source, endpoint: '/Groups', parameters });
    const page = await searchGroups(stageOf(context, deps), parameters, deps.settings.pageSizes, paging.after);
    const head = listResponse({ ...paging.headOf(page), resources: [] });
    await sendScimChunks(context, 200, writeGroupList(page.items, head, shownBy(context, projection)));
  }

  async function send(context: ScimContext, status: number, group: Group, projection: Projection): Promise<void> {
    await sendScimChunks(context, status, writeGroup(group, shownBy(context, projection)));
    context.res.setHeader('ETag', toEntityTag(group.version));
  }

  function shownBy(context: ScimContext, projection: Projection): ShownGroups {
    return { stage: stageOf(context, deps), projection, baseUrl: toBaseUrl(deps.settings, context.req) };
  }
}
