// Requires a valid token on every SCIM request.
import type { Context, Middleware } from 'koa';
import type { BearerAuthentication } from '../auth/bearer-authentication.ts';
import type { ContactRecorder } from '../auth/contact-recorder.ts';
import type { Refused, Undecided } from '../auth/auth-result.ts';
import type { AuthenticatedConnections } from '../../http/limits/connection-limiter.ts';
import { cannotVerify, invalidToken, missingToken, type SignInRefusal } from '../sign-in-refusal.ts';
import { throttleFailedLogin, type LoginThrottleDeps } from './throttle-failed-login.ts';
import type { ScimState } from '../../http/middleware/request-state.ts';

/** Dependencies of {@link requireToken}. */
export interface RequireTokenDeps extends LoginThrottleDeps {
  readonly callers: BearerAuthentication;
  readonly contact: ContactRecorder;
  /** Receives the connections of authenticated callers. */
  readonly authenticated: Pick<AuthenticatedConnections, 'add'>;
}

/**
 * Accepts requests with a valid bearer token (RFC 6750), and sets their Source. Valid requests are never delayed by failed logins: the
 * token is checked first, and only the response to a failure is delayed.
 */
export function requireToken(deps: RequireTokenDeps): Middleware<ScimState> {
  return async (context, next) => {
    const text = readBearer(context.req.headers.authorization);
    if (text === undefined) throw missingToken('Missing token. Send the header "Authorization: Bearer …".');
    if (/^bearer\s/i.test(text)) throw invalidToken(doubled);
    const identity = await deps.callers.identify(text);
    if (identity.is !== 'authenticated') throw await refuse(context, identity, deps);
    deps.authenticated.add(context.req.socket);
    const { source, tokenId } = identity.caller;
    context.state.source = source;
    deps.contact.note(source, tokenId);
    return next();
  };
}

/** The refusal of `Bearer Bearer …`: the portal also adds the word. Not delayed, because no token was checked. */
const doubled: Refused = {
  is: 'refused',
  cause: 'bearerTwice',
  detail: 'The header contains the word Bearer twice. Enter the token in the portal without the word Bearer.',
  guess: false,
};

async function refuse(context: Context, identity: Refused | Undecided, deps: LoginThrottleDeps): Promise<SignInRefusal> {
  if (identity.is === 'undecided') return cannotVerify(identity);
  const slowed = identity.guess ? await throttleFailedLogin(context, deps) : undefined;
  return slowed ?? invalidToken(identity);
}

/** The token of an `Authorization` header, with the scheme in any case; `undefined` for another scheme or without a header. */
function readBearer(header: string | undefined): string | undefined {
  if (header?.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return header.slice(7).trim() || undefined;
}
