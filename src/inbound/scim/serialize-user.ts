// Serializes Users as JSON text.
import { setImmediate } from 'node:timers/promises';
import type { GroupName, Person } from '../../domain/person.ts';
import { matchesDeclaration } from '../../scim/declared-values.ts';
import { listResponseUrn, type ListHead } from '../../scim/messages.ts';
import { project, type Projection } from '../../scim/projection.ts';
import type { ResourceSchema, Schemas } from '../../scim/schema/compile-schemas.ts';
import type { PersonWithGroups } from '../../store/staging.ts';
import { toEntityTag } from './send-response.ts';
import { renderPerson, renderGroupsOf } from './render-resources.ts';

/**
 * A Person as JSON text, as the Source sees it. With the default projection, the stored text is inserted into the response without parsing
 * and serializing it again; only the order of keys differs.
 */
export function serializeUser(
  person: Person,
  groups: readonly GroupName[],
  projection: Projection,
  schemas: Schemas,
  baseUrl: string,
): string {
  const urns = projection.keeps === 'default' ? findUrns(person, schemas.user) : undefined;
  if (person.json === undefined || urns === undefined) {
    return JSON.stringify(project(renderPerson(person, groups, schemas, baseUrl), projection, schemas.user));
  }
  const document = person.json.length > 2 ? `${person.json.slice(1, -1)},` : '';
  const shown = groups.length > 0 ? `"groups":${JSON.stringify(renderGroupsOf(groups, baseUrl))},` : '';
  return `{"schemas":${JSON.stringify(urns)},"id":"${person.id}",${document}${shown}"meta":${serializeMeta(person, schemas.user, baseUrl)}}`;
}

/** Max people, and below, max characters of their documents, that are written before other requests run. */
const maxUsersPerChunk = 100;
const maxChunkCharacters = 256 * 1024;

/** A page of a list of people as JSON text, in chunks; `write` serializes one person. */
export async function* serializeUserList(
  people: readonly PersonWithGroups[],
  { totalResults, startIndex, nextCursor }: ListHead,
  write: (found: PersonWithGroups) => string,
): AsyncGenerator<string> {
  const index = startIndex === undefined ? '' : `"startIndex":${startIndex},`;
  const next = nextCursor === undefined ? '' : `"nextCursor":"${nextCursor}",`;
  let text = `{"schemas":["${listResponseUrn}"],"totalResults":${totalResults},${index}${next}"itemsPerPage":${people.length},"Resources":[`;
  let [written, size] = [0, 0];
  for (const [at, found] of people.entries()) {
    text += at > 0 ? `,${write(found)}` : write(found);
    written += 1;
    // The whole document counts, because attributes outside the projection were also processed.
    size += found.person.json?.length ?? 0;
    if (written < maxUsersPerChunk && size < maxChunkCharacters && text.length < maxChunkCharacters) continue;
    yield text;
    await setImmediate();
    [text, written, size] = ['', 0, 0];
  }
  yield `${text}]}`;
}

function serializeMeta({ id, createdAt, modifiedAt, version }: Person, { name }: ResourceSchema, baseUrl: string): string {
  const location = JSON.stringify(`${baseUrl}/Users/${id}`);
  const tag = JSON.stringify(toEntityTag(version));
  return `{"resourceType":"${name}","created":"${createdAt.toISOString()}","lastModified":"${modifiedAt.toISOString()}","location":${location},"version":${tag}}`;
}

/**
 * The URNs for `schemas` of a stored text; `undefined` if the text cannot be sent unchanged. One reason is an extension that is no longer
 * declared: every quoted text that begins like a URN must be a known key (quotes inside a value are escaped). The other reason is a value
 * that no longer matches its declaration.
 */
function findUrns(person: Person, type: ResourceSchema): readonly string[] | undefined {
  const { json } = person;
  if (json === undefined) return undefined;
  const extensions = type.extensions.filter(({ urn }) => json.includes(`"${urn}":{`));
  if (!extensions.every((extension) => !extension.declared || matchesDeclaration(person.user[extension.urn], extension))) return undefined;
  let found = 0;
  for (let at = json.indexOf('"urn:'); at >= 0; at = json.indexOf('"urn:', at + 1)) found += 1;
  return found === extensions.length ? [type.urn, ...extensions.map(({ urn }) => urn)] : undefined;
}
