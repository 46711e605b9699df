// Validates one Bulk operation before any operation of the request runs.
import type { Dependent } from '../../scim/bulk/plan-bulk.ts';
import { findReferences, toReference } from '../../scim/bulk/bulk-id-references.ts';
import type { BulkOperation } from '../../scim/bulk/parse-bulk.ts';
import type { BulkResource } from '../../scim/bulk/bulk-resource.ts';

/** A validated operation of a Bulk, before any operation runs. */
export interface Prepared {
  readonly operation: BulkOperation;
  /** The method and resource of the operation, or the error that rejects it. */
  readonly resource: BulkResource | { readonly refusal: unknown };
  /** The bulkIds in its data and path, each once. */
  readonly refersTo: readonly string[];
  /** The bulkId of a POST, even of a rejected one, because other operations can refer to it. */
  readonly creates?: string;
}

/** Validates one operation; `resourceOf` parses its method and path and may throw. */
export function prepareOperation(operation: BulkOperation, resourceOf: (operation: BulkOperation) => BulkResource): Prepared {
  const { method, bulkId, data } = operation;
  const creates = method === 'POST' && bulkId !== undefined && { creates: bulkId };
  try {
    const resource = resourceOf(operation);
    const ofPath = toReference(resource.id ?? '');
    const refersTo = new Set([...findReferences(data), ...(ofPath === undefined ? [] : [ofPath])]);
    return { operation, resource, refersTo: [...refersTo], ...creates };
  } catch (refusal) {
    return { operation, resource: { refusal }, refersTo: [], ...creates };
  }
}

/** The properties of an operation that determine the order. */
export function toDependent({ resource, refersTo, creates }: Prepared): Dependent {
  if (creates !== undefined) return { refersTo, creates };
  if ('refusal' in resource || resource.id === undefined) return { refersTo };
  return { refersTo, on: `${resource.type}/${resource.id}` };
}
