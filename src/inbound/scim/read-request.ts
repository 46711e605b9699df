// Reads the parts of a SCIM request: id, projection, preconditions, search parameters.
import { parse } from 'node:querystring';
import type { Origin } from '../../domain/change.ts';
import { parseQuery, type SearchParameters } from '../../scim/messages.ts';
import { parseProjection, type Projection } from '../../scim/projection.ts';
import type { ResourceSchema } from '../../scim/schema/compile-schemas.ts';
import type { StagingContext, WriteOptions } from '../staging/staging-context.ts';
import type { ScimContext } from '../../http/middleware/request-state.ts';
import { readEntityTags } from './send-response.ts';
import type { ScimDeps } from './scim-deps.ts';

// These functions read a request once, before any operation.

/** The staging context of the request's Source. */
export function toStaging(context: ScimContext, { store, schemas, undeclared }: ScimDeps): StagingContext {
  const { source } = context.state;
  return { source: store.of(source), schemas, ...(undeclared && { noteUndeclared: (names) => undeclared.note(source, names) }) };
}

/** The options of a write: its Source and time, and the versions that the client expects. */
export function toWriteOptions(context: ScimContext, { clock }: ScimDeps): WriteOptions {
  const by: Origin = { at: clock.now(), request: context.state.request };
  const expected = readEntityTags(context.req.headers['if-match']);
  return expected === undefined ? { by } : { by, expected };
}

/**
 * True if the client already has this version (`If-None-Match` of a GET). `*` matches any existing resource (RFC 9110 §13.1.2). A version
 * (RFC 7644 §3.14) is compared only if `showsMore` is false: `showsMore` means that the response contains values that can change without a
 * new version.
 */
export function isNotModified(context: ScimContext, version: number, showsMore: boolean): boolean {
  const header = context.req.headers['if-none-match'];
  if (header === undefined) return false;
  const known = readEntityTags(header);
  return known === undefined || (!showsMore && known.includes(version));
}

/** The parameters of the query, form-decoded because Entra encodes spaces as `+` (docs/entra-facts.md#query-encoding). */
export function readSearchParameters(context: ScimContext): SearchParameters {
  return parseQuery(parse(context.querystring));
}

/** The attributes of the response (RFC 7644 §3.9). `named` is true if the client has named attributes. */
export function readProjection(context: ScimContext, type: ResourceSchema): { readonly projection: Projection; readonly named: boolean } {
  if (context.querystring === '') return { projection: parseProjection({}, type), named: false };
  const { attributes, excludedAttributes } = readSearchParameters(context);
  const projection = parseProjection({ ...(attributes && { attributes }), ...(excludedAttributes && { excludedAttributes }) }, type);
  return { projection, named: attributes !== undefined || excludedAttributes !== undefined };
}

/** The id in the path. */
export function readId(context: ScimContext): string {
  return context.params['id'] ?? '';
}
