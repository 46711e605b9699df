// Serializes a list response as JSON text.
import type { JsonObject } from '../../scim/resource.ts';

/**
 * A page of a list as JSON text, with the resources serialized one after the other. `head` is the list response without resources. A
 * resource without text is omitted, because it was deleted after the search. `itemsPerPage` therefore comes last and counts the written
 * resources.
 */
export async function* serializeList(head: JsonObject, resources: Iterable<AsyncGenerator<string>>): AsyncGenerator<string> {
  const { Resources: _, itemsPerPage: __, ...counts } = head;
  yield `${JSON.stringify(counts).slice(0, -1)},"Resources":[`;
  let shown = 0;
  for (const resource of resources) {
    const first = await resource.next();
    if (first.done === true) continue;
    yield shown > 0 ? `,${first.value}` : first.value;
    yield* resource;
    shown += 1;
  }
  yield `],"itemsPerPage":${shown}}`;
}
