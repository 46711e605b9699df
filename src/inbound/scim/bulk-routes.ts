// The route `/Bulk`.
import type { Router } from '@koa/router';
import { StoreError } from '../../domain/errors.ts';
import { parseBulk, type BulkOperation } from '../../scim/bulk/parse-bulk.ts';
import { bulkResponse, type BulkResult } from '../../scim/bulk/bulk-response.ts';
import { parseResourcePath } from '../../scim/bulk/bulk-resource.ts';
import { ScimError } from '../../scim/errors.ts';
import { runBulk, type BulkOutcome } from '../staging/run-bulk.ts';
import type { WriteOptions } from '../staging/staging-context.ts';
import { toScimError } from '../middleware/handle-errors.ts';
import type { ScimContext, ScimState } from '../../http/middleware/request-state.ts';
import { readBody } from '../../http/read-body.ts';
import { HttpRefusal } from '../../http/refusal.ts';
import { readEntityTags, sendScim, toEntityTag } from './send-response.ts';
import { toStaging } from './read-request.ts';
import { toBaseUrl } from './base-url.ts';
import type { ScimDeps } from './scim-deps.ts';

/** Max operations in one Bulk request (RFC 7643 §5). A body within the size limit rarely contains more. */
export const maxBulkOperations = 1000;

/**
 * Adds `/Bulk` (RFC 7644 §3.7). The response is 200, even if operations failed; each successful operation is then as durable as a single
 * request. If the client disconnects, the operations are still completed.
 */
export function addBulkRoutes(router: Router<ScimState>, deps: ScimDeps): void {
  const { settings, log } = deps;

  router.post('/Bulk', async (context) => {
    const request = parseBulk(await readBulk(context), maxBulkOperations);
    const baseUrl = toBaseUrl(settings, context.req);
    const resourceOf = (operation: BulkOperation) => parseResourcePath(operation, baseUrl, settings.prefix);
    const outcomes = await runBulk(
      { staging: toStaging(context, deps), resourceOf, writeOf: (operation) => writeOf(context, operation) },
      request,
    );
    assertSomethingHappened(outcomes);
    writeLog(context, outcomes);
    sendScim(context, 200, bulkResponse(outcomes.map((outcome) => toResult(outcome, baseUrl))));
  });

  async function readBulk(context: ScimContext): Promise<unknown> {
    try {
      return await readBody(context.req, settings.maxBodyBytes);
    } catch (error) {
      if (!(error instanceof HttpRefusal) || error.status !== 413) throw error;
      const detail = `The Bulk request is larger than maxPayloadSize (${settings.maxBodyBytes} bytes). Split it into several requests.`;
      throw new HttpRefusal(413, detail, error.headers);
    }
  }

  function writeOf(context: ScimContext, { version }: BulkOperation): WriteOptions {
    const by = { at: deps.clock.now(), request: context.state.request };
    const expected = readEntityTags(version);
    return expected === undefined ? { by } : { by, expected };
  }

  /** One log line for all refused operations, and one for each internal error. */
  function writeLog(context: ScimContext, outcomes: readonly BulkOutcome[]): void {
    const { request, source } = context.state;
    const errors = outcomes.flatMap(({ result }) => (result.is === 'failed' ? [result.error] : []));
    for (const error of errors) if (!(error instanceof ScimError)) log.error({ request, source, error }, 'bulk operation failed');
    if (errors.length === 0) return;
    const fields = { request, source, operations: outcomes.length, failed: errors.length, kinds: countKinds(errors.map(toScimError)) };
    log.info(fields, 'bulk request with failures');
  }
}

/** If the store accepted no operation, the whole request fails: a 503 tells the client to retry. */
function assertSomethingHappened(outcomes: readonly BulkOutcome[]): void {
  const errors = outcomes.map(({ result }) => (result.is === 'failed' ? result.error : undefined));
  const trouble = errors.find((error) => error instanceof StoreError);
  if (trouble !== undefined && errors.every((error) => error !== undefined)) throw trouble;
}

/** Max number of failure kinds in one log line. */
const maxKinds = 20;

/** Number of failures of each kind, such as `409 uniqueness userName`, in the order of occurrence; without text of the client. */
function countKinds(errors: readonly ScimError[]): Readonly<Record<string, number>> {
  const kinds = new Map<string, number>();
  for (const { status, scimType, attribute } of errors) {
    const kind = [status, scimType, attribute].filter((part) => part !== undefined).join(' ');
    if (kinds.has(kind) || kinds.size < maxKinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries(kinds);
}

function toResult({ operation, resource, result }: BulkOutcome, baseUrl: string): BulkResult {
  const { method, bulkId } = operation;
  return {
    method,
    ...(bulkId !== undefined && { bulkId }),
    ...(resource && { location: `${baseUrl}/${resource.type}s/${resource.id}` }),
    ...(result.is === 'done' && result.version !== undefined && { version: toEntityTag(result.version) }),
    outcome: result.is === 'done' ? result.status : toScimError(result.error),
  };
}
