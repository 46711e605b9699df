// Answers CORS requests from the allowed origins.
import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** How long a browser can cache the response to a preflight, in seconds. */
const maxAgeSeconds = 600;

/**
 * Allows web pages of these origins to send requests from a browser (CORS), as Microsoft's SCIM Validator does
 * (docs/entra-facts.md#scim-validator). A preflight request requires no token, because browsers send none; the actual request does. Nothing
 * changes for other clients.
 */
export function allowCrossOrigin(origins: readonly string[]): Middleware {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  const answer = cors({
    // With an empty text, the origin gets no CORS headers, and its preflight is a normal OPTIONS request.
    origin: (context) => (allowed.has(context.get('origin').toLowerCase()) ? context.get('origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match'],
    exposeHeaders: ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: maxAgeSeconds,
    privateNetworkAccess: true,
  });
  return (context, next) => (context.req.headers.origin === undefined ? next() : answer(context, next));
}
