import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request of an identity provider. `path` is appended to the Tenant URL; `{{name}}` is a placeholder for the id of a resource. */
export interface ValidRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const folder = join(import.meta.dirname, '..', 'fixtures', 'idp');

/** Every request of the fixtures, each once, and requests for endpoints that no provider uses. */
export function listValidRequests(): readonly ValidRequest[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const found = files.toSorted().flatMap((name) => findRequests(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  return [...new Map([...found, ...further].map((request) => [JSON.stringify(request), request])).values()];
}

function findRequests(value: unknown): readonly ValidRequest[] {
  if (typeof value !== 'object' || value === null) return [];
  const { method, path } = value as Partial<ValidRequest>;
  if (typeof method === 'string' && typeof path === 'string' && path.startsWith('/')) return [value as ValidRequest];
  return Object.values(value).flatMap(findRequests);
}

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const operations = [
  { op: 'add', path: 'emails[type eq "work"].value', value: 'a@contoso.test' },
  { op: 'replace', value: { 'displayName': 'A', 'name.givenName': 'B', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department': 'C' } },
  { op: 'remove', path: 'phoneNumbers[type eq "mobile" and primary eq true]' },
  { op: 'replace', path: 'active', value: 'False' },
  { op: 'add', path: 'roles', value: [{ value: 'x', primary: 'True' }] },
]; // prettier-ignore

const bulk = {
  schemas: [bulkUrn],
  failOnErrors: 2,
  Operations: [
    { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [userUrn], userName: 'bulk.a@contoso.test' } },
    { method: 'POST', path: '/Groups', bulkId: 'g', data: { schemas: [groupUrn], displayName: 'Bulk', members: [{ value: 'bulkId:a' }] } },
    { method: 'PATCH', path: '/Users/bulkId:a', data: { schemas: [patchUrn], Operations: operations } },
    { method: 'PATCH', path: '/Groups/{{g}}', data: { schemas: [patchUrn], Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a"]' }] } },
    { method: 'PUT', path: '/Users/{{u}}', data: { schemas: [userUrn], userName: 'bulk.u@contoso.test' } },
    { method: 'DELETE', path: '/Users/bulkId:a' },
  ],
}; // prettier-ignore

const further: readonly ValidRequest[] = [
  ...['', '/Users', '/Groups'].map((path) => ({
    method: 'POST',
    path: `${path}/.search`,
    body: { schemas: [searchUrn], filter: 'userName sw "a" or displayName co "b"', startIndex: 1, count: 10, attributes: ['userName', 'name.givenName'], sortBy: 'id' }, // prettier-ignore
  })),
  ...['/ServiceProviderConfig', '/serviceConfiguration', '/ResourceTypes', '/ResourceTypes/User', '/Schemas', `/Schemas/${userUrn}`, '/Me', '/'].map((path) => ({ method: 'GET', path })), // prettier-ignore
  ...['/Users', '/Groups', '/Users/{{u}}', '/Bulk', '/Me', '/nothing'].flatMap((path) => ['OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'].map((method) => ({ method, path }))), // prettier-ignore
  { method: 'POST', path: '/Bulk', body: bulk },
  { method: 'GET', path: '/Users?cursor&count=3' },
  { method: 'GET', path: '/Groups?cursor=&count=3&filter=members.value+pr' },
  { method: 'GET', path: '/Users?cursor=bm8tY3Vyc29y&count=3' },
  { method: 'GET', path: '/Users?filter=not+%28emails%5Btype+eq+%22work%22+and+value+co+%22%40%22%5D%29+and+meta.created+gt+%222011-05-13T04%3A42%3A34Z%22&sortBy=name.familyName&sortOrder=descending&startIndex=2&count=5&attributes=userName%2Cemails%5Btype+eq+%22work%22%5D.value' }, // prettier-ignore
  { method: 'GET', path: '/Groups?filter=members%5Bdisplay+sw+%22a%22%5D&excludedAttributes=members' },
  { method: 'GET', path: '/Users/{{u}}', headers: { 'if-none-match': 'W/"1"' } },
  { method: 'PUT', path: '/Users/{{u}}', headers: { 'if-match': 'W/"1", W/"2", *' }, body: { schemas: [userUrn], userName: 'put@contoso.test', nickName: 'n', emails: [{ value: 'a@contoso.test', type: 'work', primary: true }] } }, // prettier-ignore
  { method: 'PUT', path: '/Groups/{{g}}', body: { schemas: [groupUrn], displayName: 'Put', members: [{ value: '{{u}}' }, { value: '{{g}}' }, { value: 'unknown' }] } }, // prettier-ignore
  { method: 'PATCH', path: '/Users/{{u}}?attributes=userName', headers: { 'if-match': 'W/"3"' }, body: { schemas: [patchUrn], Operations: operations } }, // prettier-ignore
  { method: 'PATCH', path: '/Groups/{{g}}', body: { schemas: [patchUrn], Operations: [{ op: 'remove', path: 'members[display sw "a" or type eq "Group"]' }, { op: 'add', path: 'members', value: [{ value: '{{u}}', display: 'x' }] }] } }, // prettier-ignore
  { method: 'POST', path: '/oauth/token', headers: form, body: 'grant_type=client_credentials&client_id=default&client_secret=wrong' },
  { method: 'POST', path: '/Users/{{u}}', headers: { 'x-http-method-override': 'PATCH' }, body: {} },
];
