// Serializes Groups as JSON text, streaming their members page by page.
import { setImmediate } from 'node:timers/promises';
import type { Group } from '../../domain/person.ts';
import { isWanted, project, type Projection } from '../../scim/projection.ts';
import type { JsonObject } from '../../scim/resource.ts';
import { eachMembers } from '../staging/groups.ts';
import type { StagingContext } from '../staging/staging-context.ts';
import { serializeList } from './serialize-list.ts';
import { renderMembers, renderStagedGroup } from './render-resources.ts';

/** How Groups are shown to a client. `baseUrl` has no trailing slash. */
export interface GroupView {
  readonly staging: StagingContext;
  readonly projection: Projection;
  readonly baseUrl: string;
}

/**
 * A Group as JSON text, one page of members at a time, so that a Group of 100,000 is never completely in memory, and other requests run
 * between pages. Throws if the Group is deleted meanwhile.
 */
export async function* serializeGroup(group: Group, shown: GroupView): AsyncGenerator<string> {
  const { staging, projection, baseUrl } = shown;
  const type = staging.schemas.group;
  const text = JSON.stringify(project(renderStagedGroup(group, staging.schemas, baseUrl), projection, type));
  if (!isWanted(projection, 'members')) return yield text;
  yield text.slice(0, -1);
  let lead = ',"members":[';
  for await (const page of eachMembers(staging, group.id)) {
    const { members } = project({ members: renderMembers(page, baseUrl) }, projection, type);
    if (Array.isArray(members)) {
      yield lead + JSON.stringify(members).slice(1, -1);
      lead = ',';
    }
    await setImmediate();
  }
  yield lead === ',' ? ']}' : '}';
}

/** A page of a list of Groups as JSON text. `head` is the list response without its resources. */
export function serializeGroupList(groups: readonly Group[], head: JsonObject, shown: GroupView): AsyncGenerator<string> {
  return serializeList(
    head,
    groups.map((group) => serializeListedGroup(group, shown)),
  );
}

/**
 * A Group in a list as JSON text. The Group is read just before it is written, so that its version matches its members. Yields nothing if
 * it was deleted before; throws if it is deleted during writing.
 */
export async function* serializeListedGroup(group: Group, shown: GroupView): AsyncGenerator<string> {
  const now = isWanted(shown.projection, 'members') ? await shown.staging.source.groups.get(group.id) : group;
  if (now !== undefined) yield* serializeGroup(now, shown);
}
