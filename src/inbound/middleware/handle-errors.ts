// Converts errors to SCIM error responses.
import type { Context, Middleware } from 'koa';
import { StoreError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { ScimError } from '../../scim/errors.ts';
import { errorBody } from '../../scim/messages.ts';
import { toLoggedPath } from '../../http/logged-path.ts';
import { HttpRefusal } from '../../http/refusal.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';
import type { RefusalLog } from '../../http/refusal-log.ts';
import { sendScim } from '../scim/send-response.ts';
import { SignInRefusal } from '../sign-in-refusal.ts';
import type { ScimState } from '../../http/middleware/request-state.ts';

/** Retry-After of a 503. The store checks a full disk again every few seconds, and Entra's next cycle is later than this. */
const retryAfterSeconds = 30;

/** Dependencies of {@link handleErrors}. */
export interface HandleErrorsDeps {
  readonly log: Logger;
  readonly refusals: RefusalLog;
  readonly proxies: TrustedProxies;
  /** The prefix of SCIM paths, as in the settings. */
  readonly prefix: string;
}

/**
 * Converts every error to a SCIM error body (RFC 7644 §3.12) and one log line. The Source gets only the details that it can act on; the log
 * gets all details.
 */
export function handleErrors(deps: HandleErrorsDeps): Middleware<ScimState> {
  return async (context, next) => {
    const begun = performance.now();
    try {
      await next();
    } catch (error) {
      const answer = toScimError(error);
      sendScim(context, answer.status, errorBody(answer));
      if (error instanceof StoreError) context.set('Retry-After', String(retryAfterSeconds));
      if (error instanceof HttpRefusal) context.set(error.headers);
      // The rest of a refused body is not read, so the next request on this connection would begin in the middle of the body.
      if (!context.req.complete) context.set('Connection', 'close');
      writeLog(deps, context, answer, error, performance.now() - begun);
    }
  };
}

/** The SCIM error for the Source: a ScimError unchanged, a StoreError as 503, anything else as 500 without its message. */
export function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof StoreError) {
    return new ScimError(503, undefined, `The store is currently unavailable (${error.message}). Nothing was changed. Try again later.`);
  }
  return new ScimError(500, undefined, 'Internal error in Vestibule. For details, search the Vestibule log for the ID of this request.');
}

function writeLog(
  { log, refusals, proxies, prefix }: HandleErrorsDeps,
  context: Context,
  answer: ScimError,
  error: unknown,
  ms: number,
): void {
  const { method } = context;
  const path = toLoggedPath(context.path, prefix);
  const { request, source } = context.state as Partial<ScimState>;
  const { status, scimType, attribute } = answer;
  const fields = { request, source, method, path, status, scimType, attribute, ms: Math.round(ms) };
  if (error instanceof SignInRefusal) {
    const address = proxies.clientAddressOf(context.req);
    refusals.note(error.reason, { request, method, path, status, address, detail: error.message, expected: error.expected });
  } else if (answer !== error) log.error({ ...fields, error }, 'request failed');
  else log.info(fields, 'request refused');
}
