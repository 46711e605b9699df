// Serves the OAuth 2.0 token endpoint.
import type { Context, Middleware } from 'koa';
import type { ContactRecorder } from '../auth/contact-recorder.ts';
import type { Granted, ClientCredentialsGrant } from '../auth/client-credentials-grant.ts';
import type { Refused, Undecided } from '../auth/auth-result.ts';
import type { Logger } from '../../domain/logger.ts';
import { ScimError } from '../../scim/errors.ts';
import type { AuthenticatedConnections } from '../../http/limits/connection-limiter.ts';
import { throttleFailedLogin, type LoginThrottleDeps } from '../middleware/throttle-failed-login.ts';
import type { ScimState } from '../../http/middleware/request-state.ts';
import { readBytes, type BodyLimits } from '../../http/read-body.ts';
import type { RefusalLog } from '../../http/refusal-log.ts';
import { invalidClient, OauthError } from './oauth-error.ts';
import { readCredentials } from './read-credentials.ts';

/** Dependencies of the token endpoint. */
export interface TokenEndpointDeps extends LoginThrottleDeps {
  readonly grants: ClientCredentialsGrant;
  readonly contact: ContactRecorder;
  readonly log: Logger;
  readonly refusals: RefusalLog;
  /** Receives the connections to which an access token was issued. */
  readonly authenticated: Pick<AuthenticatedConnections, 'add'>;
  /** Limits of a request body; an assertion has about 2 kB. */
  readonly limits: BodyLimits;
}

/**
 * Serves the OAuth 2.0 client credentials grant (RFC 6749 §4.4) at `path`. Errors are OAuth errors, not SCIM errors; only internal errors
 * are passed on to the SCIM error handling. Responses to failures are delayed like those of any other login.
 */
export function serveTokenRequests(path: string, deps: TokenEndpointDeps): Middleware<ScimState> {
  return async (context, next) => {
    if (context.path !== path) return next();
    // RFC 6749 §5.1.
    context.set('Pragma', 'no-cache');
    try {
      const granted = await grant(context, deps);
      context.body = { access_token: granted.accessToken, token_type: 'Bearer', expires_in: granted.expiresInSeconds };
    } catch (error) {
      const answer = toOauthError(error);
      context.status = answer.status;
      context.set(answer.headers);
      if (!context.req.complete) context.set('Connection', 'close');
      context.body = { error: answer.code, error_description: answer.message };
    }
  };
}

async function grant(context: Context & { state: ScimState }, deps: TokenEndpointDeps): Promise<Granted> {
  if (context.method !== 'POST') {
    throw new OauthError(405, 'invalid_request', `${context.method} is not allowed here. Use POST.`, { Allow: 'POST' });
  }
  const body = (await readBytes(context.req, deps.limits)).toString('utf8');
  const granted = await deps.grants.grant(readCredentials(context.req.headers.authorization, body));
  if (granted.is !== 'granted') throw await refuse(context, granted, deps);
  deps.authenticated.add(context.req.socket);
  const { source, tokenId } = granted.caller;
  deps.contact.note(source, tokenId);
  deps.log.info({ request: context.state.request, source, token: tokenId }, 'access token issued');
  return granted;
}

async function refuse(context: Context & { state: ScimState }, refused: Refused | Undecided, deps: TokenEndpointDeps): Promise<OauthError> {
  const answer = await toAnswer(context, refused, deps);
  deps.refusals.note(refused.is === 'refused' ? refused.cause : refused.is, {
    request: context.state.request,
    method: context.method,
    path: context.path,
    status: answer.status,
    address: deps.proxies.clientAddressOf(context.req),
    detail: refused.detail,
    expected: refused.is === 'refused' ? refused.expected : undefined,
  });
  return answer;
}

async function toAnswer(context: Context, refused: Refused | Undecided, deps: LoginThrottleDeps): Promise<OauthError> {
  if (refused.is === 'undecided') {
    return new OauthError(503, 'temporarily_unavailable', refused.detail, { 'Retry-After': String(refused.retryAfterSeconds) });
  }
  const tooMany = refused.guess ? await throttleFailedLogin(context, deps) : undefined;
  if (tooMany === undefined) return invalidClient(refused.detail);
  return new OauthError(tooMany.status, 'temporarily_unavailable', tooMany.message, tooMany.headers);
}

/** Converts a body that is too large or truncated to an OAuth `invalid_request`. @throws every other error. */
function toOauthError(error: unknown): OauthError {
  if (error instanceof OauthError) return error;
  if (error instanceof ScimError) return new OauthError(error.status, 'invalid_request', error.message);
  throw error;
}
