// Parses the method and path of a Bulk operation.
import { invalidSyntax, quote, ScimError } from '../errors.ts';
import { meRefusal } from '../me-endpoint.ts';
import type { BulkOperation } from './parse-bulk.ts';

/** The method and resource of a Bulk operation. */
export interface BulkResource {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly type: 'User' | 'Group';
  /** As in the path: an id of this server, or `bulkId:` followed by a bulkId. Missing only for POST. */
  readonly id?: string;
}

/** Resource types by the last path segment of their endpoint, in lower case. */
const types: ReadonlyMap<string, BulkResource['type']> = new Map([
  ['users', 'User'],
  ['groups', 'Group'],
]);

const discovery: ReadonlySet<string> = new Set(['schemas', 'resourcetypes', 'serviceproviderconfig']);

/**
 * Parses the method and path of an operation. Accepts the paths that clients write: `/Users/ID`, `Users/ID`, with `/v2`, with the path
 * prefix of this server, or as a full URL. `baseUrl` is the URL of this server without a trailing slash; `prefix` is the path in that URL
 * and may be empty.
 * @throws {ScimError} if the operation is not supported.
 */
export function parseResourcePath({ method, path, bulkId }: BulkOperation, baseUrl: string, prefix: string): BulkResource {
  const { endpoint, id } = splitPath(path, baseUrl, prefix);
  const type = types.get(endpoint.toLowerCase());
  if (type === undefined || id?.toLowerCase() === '.search') throw refuseEndpoint(endpoint);
  switch (method) {
    case 'POST':
      if (id !== undefined) throw new ScimError(405, undefined, 'The path of a POST must be /Users or /Groups, without an id.');
      if (bulkId === undefined) throw invalidSyntax('bulkId is missing. A POST requires one (RFC 7644 §3.7).');
      return { method, type };
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      if (id === undefined) throw new ScimError(405, undefined, `${method} needs the id of a ${type} in its path.`);
      return { method, type, id };
    default:
      throw new ScimError(405, undefined, `Method ${quote(method)} is not allowed in a Bulk request. Use POST, PUT, PATCH or DELETE.`);
  }
}

function splitPath(path: string, baseUrl: string, prefix: string): { readonly endpoint: string; readonly id: string | undefined } {
  const text = path.trim();
  const local = text.startsWith(`${baseUrl}/`) ? text.slice(baseUrl.length) : text;
  const rooted = `/${local}`.replaceAll(/\/{2,}/g, '/').replace(/(?<!^)\/$/, '');
  const behind = withoutStart(withoutStart(rooted, prefix), '/v2');
  const [, endpoint = '', ...rest] = behind.split('/');
  // A bulkId is the client's text and may contain slashes; ids of this server contain none.
  return { endpoint, id: rest.length > 0 ? rest.join('/') : undefined };
}

function withoutStart(path: string, start: string): string {
  return path.startsWith(`${start}/`) ? path.slice(start.length) : path;
}

function refuseEndpoint(endpoint: string): ScimError {
  const name = endpoint.toLowerCase();
  if (name === 'me') return meRefusal();
  if (name === 'bulk') return new ScimError(400, undefined, 'A Bulk request cannot contain another Bulk request.');
  if (name === '.search' || types.has(name)) return new ScimError(405, undefined, 'A Bulk request cannot search.');
  if (discovery.has(name)) return new ScimError(405, undefined, `${quote(endpoint)} is read-only.`);
  return new ScimError(404, undefined, `Endpoint ${quote(endpoint)} does not exist. A Bulk request can change /Users and /Groups.`);
}
