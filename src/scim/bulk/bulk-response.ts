// Builds the response to `/Bulk`.
import type { ScimError } from '../errors.ts';
import { errorBody } from '../messages.ts';
import type { JsonObject } from '../resource.ts';

/** Message URN of the answer of `/Bulk` (RFC 7644 §3.7). */
const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** The result of one operation of a Bulk. */
export interface BulkResult {
  readonly method: string;
  readonly bulkId?: string;
  /** The address of the resource; missing if a POST failed or the path names no resource. */
  readonly location?: string;
  /** The present entity tag of the resource. */
  readonly version?: string;
  /** The status of the single request, or why it failed. */
  readonly outcome: number | ScimError;
}

/** The answer to a Bulk: results in the order of the request, without operations that were not started. `status` is text. */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  return { schemas: [bulkResponseUrn], Operations: results.map(toOperation) };
}

function toOperation({ outcome, ...rest }: BulkResult): JsonObject {
  if (typeof outcome === 'number') return { ...rest, status: String(outcome) };
  return { ...rest, status: String(outcome.status), response: errorBody(outcome) };
}
