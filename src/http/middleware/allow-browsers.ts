import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** How long a browser may keep the answer to a preflight, in seconds. */
const keepSeconds = 600;

/**
 * Lets pages of these origins call us from a browser (CORS): Microsoft's SCIM Validator does (fact sheet §7.1). A preflight is answered
 * without a token, since browsers send none with it; the call itself needs one as ever. Nothing changes for who is no browser.
 */
export function allowBrowsers(origins: readonly string[]): Middleware {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  const answer = cors({
    // An empty text: this origin gets no headers, and its preflight is a plain OPTIONS.
    origin: (context) => (allowed.has(context.get('origin').toLowerCase()) ? context.get('origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match'],
    exposeHeaders: ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: keepSeconds,
    privateNetworkAccess: true,
  });
  return (context, next) => (context.req.headers.origin === undefined ? next() : answer(context, next));
}
