// Validates a Bulk operation before any operation runs.
import type { Dependent } from '../scim/bulk/plan-bulk.ts';
import { findReferences, toReference } from '../scim/bulk/bulk-id-references.ts';
import type { BulkOperation } from '../scim/bulk/parse-bulk.ts';
import type { BulkTarget } from '../scim/bulk/bulk-target.ts';

/** A validated operation of a Bulk, before any operation runs. */
export interface Prepared {
  readonly operation: BulkOperation;
  /** What it is to do, or why it cannot be done. */
  readonly target: BulkTarget | { readonly refusal: unknown };
  /** The bulkIds in its data and path, each once. */
  readonly refersTo: readonly string[];
  /** The bulkId of a POST, of one that cannot be done too: others may refer to it. */
  readonly creates?: string;
}

/** Validates one operation; `targetOf` parses its method and path and may throw. */
export function prepareOperation(operation: BulkOperation, targetOf: (operation: BulkOperation) => BulkTarget): Prepared {
  const { method, bulkId, data } = operation;
  const creates = method === 'POST' && bulkId !== undefined && { creates: bulkId };
  try {
    const target = targetOf(operation);
    const ofPath = toReference(target.id ?? '');
    const refersTo = new Set([...findReferences(data), ...(ofPath === undefined ? [] : [ofPath])]);
    return { operation, target, refersTo: [...refersTo], ...creates };
  } catch (refusal) {
    return { operation, target: { refusal }, refersTo: [], ...creates };
  }
}

/** What the order depends on. */
export function toDependent({ target, refersTo, creates }: Prepared): Dependent {
  if (creates !== undefined) return { refersTo, creates };
  if ('refusal' in target || target.id === undefined) return { refersTo };
  return { refersTo, on: `${target.type}/${target.id}` };
}
