// Sets `Cache-Control: no-store` on every response.
import type { Middleware } from 'koa';

/**
 * Prevents caching by intermediaries, because responses contain personal data. (ETags still work, for the client's own copy and for
 * `If-Match`.) Also prevents browsers from rendering a response as a page.
 */
export const noStore: Middleware = (context, next) => {
  context.res.setHeader('Cache-Control', 'no-store');
  context.res.setHeader('X-Content-Type-Options', 'nosniff');
  return next();
};
