// Answers CORS requests from the allowed origins.
import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** How long a browser may keep the answer to a preflight, in seconds. */
const maxAgeSeconds = 600;

/**
 * Lets web pages from these origins call us from a browser (CORS), as Microsoft's SCIM Validator does
 * (docs/entra-facts.md#scim-validator). A preflight request is answered without a token, because browsers send none with it; the call
 * itself needs a token. Nothing changes for other clients.
 */
export function allowCrossOrigin(origins: readonly string[]): Middleware {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  const answer = cors({
    // An empty text: this origin gets no headers, and its preflight is a plain OPTIONS.
    origin: (context) => (allowed.has(context.get('origin').toLowerCase()) ? context.get('origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match'],
    exposeHeaders: ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: maxAgeSeconds,
    privateNetworkAccess: true,
  });
  return (context, next) => (context.req.headers.origin === undefined ? next() : answer(context, next));
}
