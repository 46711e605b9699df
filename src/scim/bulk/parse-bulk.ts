// Parses the body of `/Bulk`.
import { invalidSyntax, invalidValue, ScimError } from '../errors.ts';
import { findIgnoringCase, numericText } from '../lenient/any-client.ts';
import { isObject, type JsonObject } from '../resource.ts';

/** The body of a request to `/Bulk` (RFC 7644 §3.7). Its structure is validated, its operations are not. */
export interface BulkRequest {
  /** After this number of failures, no further operation is started. Default: no limit. */
  readonly failOnErrors?: number;
  readonly operations: readonly BulkOperation[];
}

/** One operation of a Bulk. */
export interface BulkOperation {
  /** In upper case; not validated. */
  readonly method: string;
  /** The client's id for the operation: other operations of the same request use it to refer to the created resource. Never empty. */
  readonly bulkId?: string;
  /** The ETag that the resource must have, as in `If-Match`. */
  readonly version?: string;
  /** As sent. */
  readonly path: string;
  /** The body of the operation; undefined if it was not sent. */
  readonly data: unknown;
}

/**
 * Parses the body of a Bulk request. Names are case-insensitive; null counts as not sent.
 * @throws {ScimError} invalidSyntax if the structure is invalid or a bulkId occurs twice; 413 if there are more than `maxOperations`.
 */
export function parseBulk(body: unknown, maxOperations: number): BulkRequest {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object with an "Operations" array.');
  const operations = findIgnoringCase(body, 'Operations');
  if (!Array.isArray(operations)) throw invalidSyntax('The body must be an object with an "Operations" array.');
  if (operations.length > maxOperations) throw tooManyOperations(operations.length, maxOperations);
  const failOnErrors = readLimit(body);
  const parsed = operations.map((operation: unknown, index) => parseOperation(operation, `Operations[${index}]`));
  assertUnique(parsed);
  return { ...(failOnErrors !== undefined && { failOnErrors }), operations: parsed };
}

/** 413 with the exceeded limit in the text, as RFC 7644 §3.7.4 requires. */
function tooManyOperations(count: number, maxOperations: number): ScimError {
  return new ScimError(
    413,
    undefined,
    `The Bulk request has ${count} Operations (maxOperations: ${maxOperations}). Split it into several requests.`,
  );
}

function readLimit(body: JsonObject): number | undefined {
  const raw = findIgnoringCase(body, 'failOnErrors') ?? undefined;
  if (raw === undefined) return undefined;
  const limit = numericText(raw);
  // 0 counts as 1: `failOnErrors` is the number of errors after which the job ends (RFC 7644 §3.7).
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0) return Math.max(1, limit);
  throw invalidValue('failOnErrors', 'must be a whole number');
}

function parseOperation(operation: unknown, at: string): BulkOperation {
  if (!isObject(operation)) throw invalidSyntax(`${at} must be an object.`);
  const method = readText(operation, 'method', at);
  const path = readText(operation, 'path', at);
  if (method === undefined) throw invalidSyntax(`${at}.method is missing.`);
  if (path === undefined) throw invalidSyntax(`${at}.path is missing.`);
  const bulkId = readText(operation, 'bulkId', at);
  const version = readText(operation, 'version', at);
  return {
    method: method.trim().toUpperCase(),
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    path,
    data: findIgnoringCase(operation, 'data') ?? undefined,
  };
}

function readText(operation: JsonObject, name: string, at: string): string | undefined {
  const raw = findIgnoringCase(operation, name);
  if (raw === undefined || raw === null || raw === '') return undefined;
  if (typeof raw !== 'string') throw invalidSyntax(`${at}.${name} must be a string.`);
  return raw;
}

/** RFC 7644 §3.7: a bulkId is unique within the request. A reference to a duplicate would be ambiguous. */
function assertUnique(operations: readonly BulkOperation[]): void {
  const seen = new Set<string>();
  for (const [index, { bulkId }] of operations.entries()) {
    if (bulkId === undefined) continue;
    if (seen.has(bulkId)) throw invalidSyntax(`Operations[${index}].bulkId is a duplicate. Each bulkId must be unique.`);
    seen.add(bulkId);
  }
}
