import type { Context, Middleware } from 'koa';
import type { BearerAuthentication } from '../../auth/bearer-authentication.ts';
import type { ContactRecorder } from '../../auth/contact-recorder.ts';
import type { Refused, Undecided } from '../../auth/auth-result.ts';
import type { AuthenticatedConnections } from '../limits/connection-limiter.ts';
import { cannotVerify, invalidToken, missingToken, type SignInRefusal } from '../sign-in-refusal.ts';
import { throttleFailedLogin, type LoginThrottleDeps } from './throttle-failed-login.ts';
import type { ScimState } from './request-state.ts';

/** What the token check works with. */
export interface RequireTokenDeps extends LoginThrottleDeps {
  readonly callers: BearerAuthentication;
  readonly contact: ContactRecorder;
  /** Told of the connections that callers come by. */
  readonly authenticated: Pick<AuthenticatedConnections, 'add'>;
}

/**
 * Lets requests in that carry a valid bearer token (RFC 6750), and notes whose it is. A right token is never made to wait for wrong
 * ones: it is looked at first, and only the answer to a failure is slowed.
 */
export function requireToken(deps: RequireTokenDeps): Middleware<ScimState> {
  return async (context, next) => {
    const text = readBearer(context.req.headers.authorization);
    if (text === undefined) throw missingToken('send a token: Authorization: Bearer …');
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

/** `Bearer Bearer …`: a portal writes the word itself. Not slowed, since no token was looked at. */
const doubled: Refused = {
  is: 'refused',
  cause: 'bearerTwice',
  detail: 'the word Bearer is there twice: the portal wants the token without the word Bearer',
  guess: false,
};

async function refuse(context: Context, identity: Refused | Undecided, deps: LoginThrottleDeps): Promise<SignInRefusal> {
  if (identity.is === 'undecided') return cannotVerify(identity);
  const slowed = identity.guess ? await throttleFailedLogin(context, deps) : undefined;
  return slowed ?? invalidToken(identity);
}

/** The token of an `Authorization` header, its scheme in any case; `undefined` for another scheme or none. */
function readBearer(header: string | undefined): string | undefined {
  if (header?.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return header.slice(7).trim() || undefined;
}
