// Delays the response to a failed login, or returns the 429 to send instead.
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
 * Waits until the response to a failed login may be sent. Returns a 429 to send instead if too many responses are already delayed. The wait
 * ends if the client disconnects.
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
