// Middleware against DNS rebinding and cross-site requests to the admin API.
import type { Middleware } from 'koa';
import { DaemonError } from '../../domain/errors.ts';
import { isLoopback } from '../../domain/ip-address.ts';

/**
 * Accepts only requests that were meant for this listener. The Host header must be a loopback name or one of `names` (host names without
 * port); otherwise another site may have pointed its own name at this machine (DNS rebinding). A browser request must come from the same
 * origin. There are no CORS headers, so pages of other origins cannot read responses.
 */
export function sameSiteOnly(names: readonly string[]): Middleware {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return async (context, next) => {
    const host = hostnameOf(`http://${context.get('host')}`);
    if (host === undefined || !(isLoopback(host) || known.has(host))) {
      throw foreign(`the admin listener does not accept the host name ${JSON.stringify(context.get('host'))}`);
    }
    const origin = context.get('origin');
    if (origin !== '' && origin.replace(/^https?:\/\//, '') !== context.get('host')) throw foreign('cross-site requests are rejected');
    // Every browser has sent this header since 2023; other programs do not send it.
    if (!['', 'same-origin', 'none'].includes(context.get('sec-fetch-site'))) throw foreign('cross-site requests are rejected');
    await next();
  };
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined;
}

function foreign(message: string): DaemonError {
  return new DaemonError('foreign', message, { hint: 'use the address that the daemon printed, or the command line' });
}
