// Sets `Cache-Control: no-store` on every response.
import type { Middleware } from 'koa';

/**
 * Nobody on the way keeps our answers: they hold personal data. (Entity tags stand beside that: they are for the client's own copy and
 * for `If-Match`.) And no browser shows one as a page.
 */
export const noStore: Middleware = (context, next) => {
  context.res.setHeader('Cache-Control', 'no-store');
  context.res.setHeader('X-Content-Type-Options', 'nosniff');
  return next();
};
