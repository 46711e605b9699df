import { expect } from 'vitest';
import { isObject, type JsonObject } from '../../src/scim/resource.ts';
import type { Answer } from '../http/support/exchange.ts';
import type { ScimServer } from '../http/support/scim-server.ts';

/** The URNs of the RFCs, repeated here so that responses are not compared with the constants of the product. */
export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  bulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
} as const;

/** A resource as the server shows it. */
export interface Stored extends JsonObject {
  readonly id: string;
  readonly schemas: readonly string[];
  readonly meta: {
    readonly resourceType: string;
    readonly created: string;
    readonly lastModified: string;
    readonly location: string;
    readonly version: string;
  };
}

/** A response with its body as an object, which is empty if there was no body. */
export interface Reply extends Omit<Answer, 'body'> {
  readonly body: JsonObject;
}

type Headers = Readonly<Record<string, string>>;
/** The parameters of a query, not encoded. */
type Parameters = Readonly<Record<string, string | number>>;

/** A plain SCIM client for one server: it sends what a test specifies, and uses no code of the product. */
export class Scim {
  readonly server: ScimServer;
  #made = 0;

  constructor(server: ScimServer) {
    this.server = server;
  }

  /** Sends any request; `path` is appended to the base URL. */
  async send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Reply> {
    const answer = await this.server.request(method, path, { headers, ...(body !== undefined && { body }) });
    return { ...answer, body: isObject(answer.body) ? answer.body : {} };
  }

  get(path: string, headers?: Headers): Promise<Reply> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers?: Headers): Promise<Reply> {
    return this.send('POST', path, body, headers);
  }

  put(path: string, body: unknown, headers?: Headers): Promise<Reply> {
    return this.send('PUT', path, body, headers);
  }

  /** A PATCH with these operations. */
  patch(path: string, operations: readonly unknown[], headers?: Headers): Promise<Reply> {
    return this.send('PATCH', path, { schemas: [urns.patch], Operations: operations }, headers);
  }

  delete(path: string, headers?: Headers): Promise<Reply> {
    return this.send('DELETE', path, undefined, headers);
  }

  /** Creates a User with these attributes, and with a unique name unless one is given. */
  user(fields: JsonObject = {}): Promise<Stored> {
    this.#made += 1;
    return this.#create('/Users', { schemas: [urns.user], userName: `user-${this.#made}`, ...fields });
  }

  /** Creates a Group with these attributes, and with a unique name unless one is given. */
  group(fields: JsonObject = {}): Promise<Stored> {
    this.#made += 1;
    return this.#create('/Groups', { schemas: [urns.group], displayName: `group-${this.#made}`, ...fields });
  }

  /** Reads a resource that must exist. */
  async read(path: string): Promise<Stored> {
    const { status, body, text } = await this.get(path);
    expect(status, text).toBe(200);
    return body as Stored;
  }

  /** Applies operations that must succeed, and returns the resulting User or Group. */
  async patched(resource: Stored, ...operations: readonly unknown[]): Promise<Stored> {
    const path = pathOf(resource);
    const { status, text } = await this.patch(path, operations);
    expect(status, text).toBe(204);
    return this.read(path);
  }

  /** Sends a GET with these parameters. */
  query(path: string, parameters: Parameters): Promise<Reply> {
    const pairs = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    return this.get(`${path}?${new URLSearchParams(pairs).toString()}`);
  }

  /** Lists resources with these parameters; the response must be a ListResponse. */
  async list(path: string, parameters: Parameters = {}): Promise<List> {
    const reply = await this.query(path, parameters);
    expect(reply.status, reply.text).toBe(200);
    return toList(reply);
  }

  /** The userNames that a filter finds, in alphabetical order. */
  async find(filter: string): Promise<readonly string[]> {
    return (await this.list('/Users', { filter })).names.toSorted();
  }

  async #create(path: string, body: JsonObject): Promise<Stored> {
    const reply = await this.post(path, body);
    expect(reply.status, reply.text).toBe(201);
    return reply.body as Stored;
  }
}

/** A ListResponse. */
export interface List {
  readonly body: JsonObject;
  readonly totalResults: number;
  readonly resources: readonly Stored[];
  /** `userName` or `displayName` of each resource, in the order of the list. */
  readonly names: readonly string[];
}

/** Reads a ListResponse. */
export function toList({ body }: Pick<Reply, 'body'>): List {
  expect(body['schemas']).toEqual([urns.list]);
  const resources = (body['Resources'] ?? []) as readonly Stored[];
  const names = resources.map((one) => (one['userName'] ?? one['displayName']) as string);
  return { body, totalResults: body['totalResults'] as number, resources, names };
}

/** The path of a User or Group below the base URL. */
export function pathOf({ id, meta }: Pick<Stored, 'id' | 'meta'>): string {
  return `/${meta.resourceType}s/${id}`;
}

/** Checks that a response is an error (RFC 7644 §3.12) with this status and keyword; `undefined`: it must have no keyword. */
export function expectError(reply: Reply, status: number, scimType: string | undefined): void {
  expect(reply.status, reply.text).toBe(status);
  expect(reply.headers['content-type']).toMatch(/^application\/scim\+json/);
  expect(reply.body).toMatchObject({ schemas: [urns.error], status: String(status), detail: expect.any(String) as unknown });
  expect(reply.body['scimType'], reply.text).toBe(scimType);
}
