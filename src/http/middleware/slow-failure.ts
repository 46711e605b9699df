import type { Context } from 'koa';
import type { Slowdown } from '../../auth/slowdown.ts';
import { toNetwork } from '../limits/connections.ts';
import type { Proxies } from '../proxies.ts';
import { tooManyFailures, type SignInRefusal } from '../sign-in-refusal.ts';

/** What slows failed logins. */
export interface SlowingDeps {
  readonly slowdown: Slowdown;
  readonly proxies: Proxies;
}

/**
 * Lets the answer to a failed login wait. Gives the 429 that is to be answered instead when too many wait already. A client that
 * does not wait for its answer ends the waiting.
 */
export async function slowFailure({ req, res }: Context, { slowdown, proxies }: SlowingDeps): Promise<SignInRefusal | undefined> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  res.once('close', leave);
  const refused = await slowdown.fail(toNetwork(proxies.clientOf(req)), gone.signal);
  res.off('close', leave);
  return refused === undefined ? undefined : tooManyFailures(refused.retryAfterSeconds);
}
