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

// What a request asks, read once before anything is done.

/** The staging context of the request's Source. */
export function toStaging(context: ScimContext, { store, schemas, undeclared }: ScimDeps): StagingContext {
  const { source } = context.state;
  return { source: store.of(source), schemas, ...(undeclared && { noteUndeclared: (names) => undeclared.note(source, names) }) };
}

/** Who writes, when, and which versions the client knows. */
export function toWriteOptions(context: ScimContext, { clock }: ScimDeps): WriteOptions {
  const by: Origin = { at: clock.now(), request: context.state.request };
  const expected = readEntityTags(context.req.headers['if-match']);
  return expected === undefined ? { by } : { by, expected };
}

/**
 * True when the client already has this version (`If-None-Match` of a GET). `*` asks only whether the resource exists (RFC 9110 §13.1.2); a
 * version says something (RFC 7644 §3.14) where nothing is shown that changes without it: `showsMore` is false.
 */
export function isNotModified(context: ScimContext, version: number, showsMore: boolean): boolean {
  const header = context.req.headers['if-none-match'];
  if (header === undefined) return false;
  const known = readEntityTags(header);
  return known === undefined || (!showsMore && known.includes(version));
}

/** The parameters of the query, decoded as form encoding: Entra writes blanks as `+` (docs/entra-facts.md#query-encoding). */
export function readSearchParameters(context: ScimContext): SearchParameters {
  return parseQuery(parse(context.querystring));
}

/** Which attributes the answer is to have (RFC 7644 §3.9). `named` tells whether the client said so. */
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
