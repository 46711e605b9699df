// The routes under `/Users`.
import type { Router } from '@koa/router';
import { parseSearchRequest, type SearchParameters } from '../../scim/messages.ts';
import { isWanted, parseProjection, type Projection } from '../../scim/projection.ts';
import { searchUsers } from '../staging/search.ts';
import { createUser, patchUser, readUser, removeUser, replaceUser } from '../staging/users.ts';
import type { PersonWithGroups } from '../../store/staging.ts';
import type { ScimContext, ScimState } from '../../http/middleware/request-state.ts';
import { readBody } from '../../http/read-body.ts';
import { sendScimChunks, sendScimText, sendNotModified, toEntityTag } from './send-response.ts';
import { readId, isNotModified, readSearchParameters, readProjection, toStaging, toWriteOptions } from './read-request.ts';
import { toBaseUrl } from './base-url.ts';
import { readPageRequest } from './read-page-request.ts';
import { serializeUser, serializeUserList } from './serialize-user.ts';
import type { RouteDeps } from './route-deps.ts';

/**
 * Adds `/Users` and the paths below it (RFC 7644 §3.2 to §3.6). The response to a PATCH is 204 with the new `ETag`: Microsoft's Postman
 * collection requires it, and Entra, Okta and the SCIM Validator accept it (docs/entra-facts.md#answer-to-a-patch). If the client names
 * attributes, RFC 7644 §3.5.2 requires 200 and a body.
 */
export function addUserRoutes(router: Router<ScimState>, deps: RouteDeps): void {
  const type = deps.schemas.user;

  router.get('/Users', (context) => search(context, readSearchParameters(context)));
  router.post('/Users/.search', async (context) =>
    search(context, parseSearchRequest(await readBody(context.req, deps.settings.maxBodyBytes))),
  );

  router.post('/Users', async (context) => {
    const { projection } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const person = await createUser(toStaging(context, deps), body, toWriteOptions(context, deps));
    context.set('Location', `${toBaseUrl(deps.settings, context.req)}/Users/${person.id}`);
    // Groups may already contain this id as a member.
    send(context, 201, await withGroups(context, person, projection), projection);
  });

  router.get('/Users/:id', async (context) => {
    const { projection } = readProjection(context, type);
    const found = await readUser(toStaging(context, deps), readId(context));
    const { version } = found.person;
    // If a Person joins or leaves a Group, or a Group is renamed, the response changes, but not the version of the User. This also applies
    // to a User without Groups, because the client may have cached a former Group.
    if (isNotModified(context, version, isWanted(projection, 'groups'))) sendNotModified(context, version);
    else send(context, 200, found, projection);
  });

  router.put('/Users/:id', async (context) => {
    const { projection } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const person = await replaceUser(toStaging(context, deps), readId(context), body, toWriteOptions(context, deps));
    send(context, 200, await withGroups(context, person, projection), projection);
  });

  router.patch('/Users/:id', async (context) => {
    const { projection, named } = readProjection(context, type);
    const body = await readBody(context.req, deps.settings.maxBodyBytes);
    const person = await patchUser(toStaging(context, deps), readId(context), body, toWriteOptions(context, deps));
    if (named) return send(context, 200, await withGroups(context, person, projection), projection);
    context.res.setHeader('ETag', toEntityTag(person.version));
    context.status = 204;
  });

  router.delete('/Users/:id', async (context) => {
    await removeUser(toStaging(context, deps), readId(context), toWriteOptions(context, deps));
    context.status = 204;
  });

  async function search(context: ScimContext, parameters: SearchParameters): Promise<void> {
    const projection = parseProjection(parameters, type);
    const paging = readPageRequest(deps.cursors, { source: context.state.source, endpoint: '/Users', parameters });
    const withGroups = isWanted(projection, 'groups');
    const page = await searchUsers(toStaging(context, deps), parameters, deps.settings.pageSizes, { withGroups, ...paging });
    const baseUrl = toBaseUrl(deps.settings, context.req);
    const write = ({ person, groups }: PersonWithGroups) => serializeUser(person, groups, projection, deps.schemas, baseUrl);
    await sendScimChunks(context, 200, serializeUserList(page.items, paging.listHead(page), write));
  }

  function send(context: ScimContext, status: number, { person, groups }: PersonWithGroups, projection: Projection): void {
    context.res.setHeader('ETag', toEntityTag(person.version));
    sendScimText(context, status, serializeUser(person, groups, projection, deps.schemas, toBaseUrl(deps.settings, context.req)));
  }

  /** Adds the groups to a written Person, if requested. If the Person was deleted meanwhile, the response has no groups. */
  async function withGroups(context: ScimContext, person: PersonWithGroups['person'], projection: Projection): Promise<PersonWithGroups> {
    if (!isWanted(projection, 'groups')) return { person, groups: [] };
    const found = await toStaging(context, deps).source.users.get(person.id);
    return { person, groups: found?.groups ?? [] };
  }
}
