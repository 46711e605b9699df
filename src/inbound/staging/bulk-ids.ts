// Reserves ids for the `bulkId`s of a Bulk request.
import type { ResourceId } from '../../domain/ids.ts';
import { toReference } from '../../scim/bulk/bulk-id-references.ts';
import { quote, ScimError } from '../../scim/errors.ts';

/** The ids reserved for the POSTs of one Bulk, by their bulkIds. */
export class BulkIds {
  readonly #ids = new Map<string, ResourceId>();
  readonly #lost = new Set<string>();

  /** Reserves an id for the POST with this bulkId. */
  reserve(bulkId: string, id: ResourceId): void {
    this.#ids.set(bulkId, id);
  }

  /** Marks the POST as failed, so that references to it fail. */
  lose(bulkId: string): void {
    this.#lost.add(bulkId);
  }

  /** The id of a bulkId. @throws {ScimError} 409 if no POST has this bulkId, or if its POST has failed (RFC 7644 §3.7.1). */
  of(bulkId: string): ResourceId {
    if (this.#lost.has(bulkId)) throw lostReference(bulkId);
    const id = this.#ids.get(bulkId);
    if (id !== undefined) return id;
    throw new ScimError(409, 'invalidValue', `${quote(`bulkId:${bulkId}`)} does not match any POST in this request.`);
  }

  /** The id in a path: the text itself, or the id of its bulkId. Throws as `of` does. */
  inPath(text: string): ResourceId {
    const bulkId = toReference(text);
    return bulkId === undefined ? text : this.of(bulkId);
  }
}

/** 409 for an operation that refers to a resource that was not created (RFC 7644 §3.7.1). */
export function lostReference(bulkId: string): ScimError {
  return new ScimError(409, undefined, `Depends on ${quote(`bulkId:${bulkId}`)}, which could not be created. Nothing was changed.`);
}
