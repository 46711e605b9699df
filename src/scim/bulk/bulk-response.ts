// Builds the response to `/Bulk`.
import type { ScimError } from '../errors.ts';
import { errorBody } from '../messages.ts';
import type { JsonObject } from '../resource.ts';

/** Message URN of the response of `/Bulk` (RFC 7644 §3.7). */
const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** The result of one operation of a Bulk. */
export interface BulkResult {
  readonly method: string;
  readonly bulkId?: string;
  /** The address of the resource; missing if a POST failed or the path names no resource. */
  readonly location?: string;
  /** The current ETag of the resource. */
  readonly version?: string;
  /** The HTTP status of the operation, or the error if it failed. */
  readonly outcome: number | ScimError;
}

/** The response to a Bulk request: results in the order of the request, without operations that were not started. `status` is a string. */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  return { schemas: [bulkResponseUrn], Operations: results.map(toOperation) };
}

function toOperation({ outcome, ...rest }: BulkResult): JsonObject {
  if (typeof outcome === 'number') return { ...rest, status: String(outcome) };
  return { ...rest, status: String(outcome.status), response: errorBody(outcome) };
}
