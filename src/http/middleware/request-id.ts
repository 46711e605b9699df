// Assigns an id to each request.
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ScimState } from './request-state.ts';

/** Gives each request an id of ours, and tells it in `X-Request-Id` so that a log line can be found from outside. */
export const assignRequestId: Middleware<ScimState> = (context, next) => {
  context.state.request = randomUUID();
  context.res.setHeader('X-Request-Id', context.state.request);
  return next();
};
