// Sets `Cache-Control: no-store` on every response.
import type { Middleware } from 'koa';

/**
 * Prevents caching by intermediaries, because answers contain personal data. (Entity tags still work: they serve the client's own copy and
 * `If-Match`.) Also prevents browsers from rendering an answer as a page.
 */
export const noStore: Middleware = (context, next) => {
  context.res.setHeader('Cache-Control', 'no-store');
  context.res.setHeader('X-Content-Type-Options', 'nosniff');
  return next();
};
