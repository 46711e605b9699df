// Delays the responses to failed logins.
import type { Context } from 'koa';
import type { LoginThrottle } from '../auth/login-throttle.ts';
import { toClientNetwork } from '../../domain/ip-address.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';
import { tooManyFailures, type SignInRefusal } from '../sign-in-refusal.ts';

/** Dependencies of {@link throttleFailedLogin}. */
export interface LoginThrottleDeps {
  readonly loginThrottle: LoginThrottle;
  readonly proxies: TrustedProxies;
}

/**
 * Lets the answer to a failed login wait. Gives the 429 that is to be answered instead when too many wait already. A client that
 * does not wait for its answer ends the waiting.
 */
export async function throttleFailedLogin(
  { req, res }: Context,
  { loginThrottle, proxies }: LoginThrottleDeps,
): Promise<SignInRefusal | undefined> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  res.once('close', leave);
  const refused = await loginThrottle.fail(toClientNetwork(proxies.clientAddressOf(req)), gone.signal);
  res.off('close', leave);
  return refused === undefined ? undefined : tooManyFailures(refused.retryAfterSeconds);
}
