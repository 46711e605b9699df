// Builds list responses and error bodies, and parses search parameters.
import { invalidSyntax, invalidValue, ScimError } from './errors.ts';
import { parseFilter } from './filter/parse-filter.ts';
import type { Filter } from './filter/filter-tree.ts';
import { findIgnoringCase } from './lenient/any-client.ts';
import type { NamedAttributes } from './projection.ts';
import { isObject, type JsonObject } from './resource.ts';
import { splitAtCommas } from './split-at-commas.ts';

/** Message URN of a list of resources (RFC 7644 §3.4.2). */
export const listResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
/** Message URN of an error (RFC 7644 §3.12). */
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
/** Message URN of a PATCH body (RFC 7644 §3.5.2). */
export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The media type of RFC 7644 §3.1; the SCIM Validator accepts no other (docs/entra-facts.md#media-type-of-answers). */
export const scimMediaType = 'application/scim+json';

/** The properties of a list response besides its resources. */
export interface ListHead {
  readonly totalResults: number;
  /** Index of the first resource of the page, from 1; missing in a page by cursor. */
  readonly startIndex?: number;
  /** The cursor of the next page (RFC 9865 §2); missing in the last page, and in a page by index. */
  readonly nextCursor?: string;
}

/** A page of a list. An empty page has `Resources: []` (docs/entra-facts.md#postman-collections). */
export function listResponse({ resources, ...head }: ListHead & { readonly resources: readonly JsonObject[] }): JsonObject {
  return { schemas: [listResponseUrn], ...head, itemsPerPage: resources.length, Resources: resources };
}

/** The body of an error response; `status` is a string (RFC 7644 §3.12). */
export function errorBody(error: ScimError): JsonObject {
  return {
    schemas: [errorUrn],
    ...(error.scimType !== undefined && { scimType: error.scimType }),
    detail: error.message,
    status: String(error.status),
  };
}

/** Search parameters (RFC 7644 §3.4.2), and the projection of any response with a resource (§3.9). */
export interface SearchParameters extends NamedAttributes {
  readonly filter?: Filter;
  /** Counted from 1; at least 1. */
  readonly startIndex: number;
  /** At least 0; absent: the server's default. */
  readonly count?: number;
  /** Requests pages by cursor (RFC 9865): empty for the first page, then the `nextCursor` of the previous page. Absent: pages by index. */
  readonly cursor?: string;
  readonly sortBy?: string;
  readonly sortOrder: 'ascending' | 'descending';
}

/**
 * Parses the parameters of a GET. Names are case-insensitive (docs/entra-facts.md#postman-collections), unknown parameters are ignored, and
 * the first of repeated parameters applies. Empty text counts as missing.
 * @throws {ScimError} invalidFilter, invalidValue for an invalid number or order, or for both ways of paging at once; invalidCursor or
 * invalidCount if a page is requested by cursor.
 */
export function parseQuery(query: Readonly<Record<string, string | readonly string[] | undefined>>): SearchParameters {
  return parseParameters(query);
}

/**
 * Parses the body of a POST to `/.search` (RFC 7644 §3.4.3): the same parameters; attribute names are arrays.
 * @throws {ScimError} as `parseQuery`, and invalidSyntax for a body that is not an object.
 */
export function parseSearchRequest(body: unknown): SearchParameters {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object with the search parameters.');
  return parseParameters(body);
}

function parseParameters(from: JsonObject): SearchParameters {
  const filter = readText(from, 'filter');
  const cursor = readCursor(from);
  const count = readCount(from, cursor);
  const sortBy = readText(from, 'sortBy');
  const attributes = parseNames(findIgnoringCase(from, 'attributes'), 'attributes');
  const excludedAttributes = parseNames(findIgnoringCase(from, 'excludedAttributes'), 'excludedAttributes');
  return {
    ...(filter !== undefined && { filter: parseFilter(filter) }),
    startIndex: Math.max(1, readInteger(from, 'startIndex') ?? 1),
    ...(count !== undefined && { count: Math.max(0, count) }),
    ...(cursor !== undefined && { cursor }),
    ...(sortBy !== undefined && { sortBy }),
    sortOrder: readOrder(from),
    ...(attributes && { attributes }),
    ...(excludedAttributes && { excludedAttributes }),
  };
}

/** Max number of names in `attributes` or `excludedAttributes`: several times the attributes of a User. Each can contain a filter. */
const maxNames = 200;

function parseNames(raw: unknown, name: string): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(raw) ? raw : [raw ?? ''];
  const names = texts.flatMap((text) => {
    if (typeof text !== 'string') throw invalidValue(name, 'must contain attribute names');
    return splitAtCommas(text);
  });
  if (names.length > maxNames) throw invalidValue(name, `contains more than ${maxNames} names`);
  return names.length > 0 ? names : undefined;
}

function readFirst(from: JsonObject, name: string): unknown {
  const raw = findIgnoringCase(from, name);
  const first: unknown = Array.isArray(raw) ? raw[0] : raw;
  return first === null || (typeof first === 'string' && first.trim() === '') ? undefined : first;
}

function readText(from: JsonObject, name: string): string | undefined {
  const raw = readFirst(from, name);
  if (raw === undefined || typeof raw === 'string') return raw;
  throw invalidValue(name, 'must be a string');
}

function readInteger(from: JsonObject, name: string): number | undefined {
  const raw = readFirst(from, name);
  if (raw === undefined) return undefined;
  const value = typeof raw === 'string' && /^\s*[+-]?\d+\s*$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw invalidValue(name, 'must be a whole number');
}

/** Unlike other parameters, an empty cursor has a meaning: the first page (RFC 9865 §2). */
function readCursor(from: JsonObject): string | undefined {
  const raw = findIgnoringCase(from, 'cursor');
  const cursor: unknown = Array.isArray(raw) ? raw[0] : raw;
  if (cursor === undefined || cursor === null) return undefined;
  if (typeof cursor !== 'string') throw new ScimError(400, 'invalidCursor', 'cursor must be a string.');
  if (readFirst(from, 'startIndex') === undefined) return cursor.trim();
  throw invalidValue('cursor', 'cannot be combined with startIndex. Send only one of them');
}

function readCount(from: JsonObject, cursor: string | undefined): number | undefined {
  try {
    return readInteger(from, 'count');
  } catch (error) {
    if (cursor === undefined || !(error instanceof ScimError)) throw error;
    throw new ScimError(400, 'invalidCount', error.message, { cause: error });
  }
}

function readOrder(from: JsonObject): SearchParameters['sortOrder'] {
  const order = readText(from, 'sortOrder')?.trim().toLowerCase() ?? 'ascending';
  if (order === 'ascending' || order === 'descending') return order;
  throw invalidValue('sortOrder', 'must be ascending or descending');
}
