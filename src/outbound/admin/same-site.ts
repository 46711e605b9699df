// Rejects admin requests for other host names and from other web pages.
import type { Middleware } from 'koa';
import { DaemonError } from '../../domain/errors.ts';
import { isLoopback } from '../../domain/ip-address.ts';

/**
 * Accepts only requests that were meant for this listener: the Host header must be a loopback name or one of `names`
 * (host names without port), otherwise another site has pointed its own name at us (DNS rebinding); and a browser's request must come
 * from our own page. There are no CORS headers, so no other page can read answers either.
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
    // Sent by every browser since 2023; absent from programs.
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
