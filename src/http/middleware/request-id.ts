// Assigns an id to each request.
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ScimState } from './request-state.ts';

/** Assigns an id to each request, and returns it in `X-Request-Id` so that clients can refer to a log line. */
export const assignRequestId: Middleware<ScimState> = (context, next) => {
  context.state.request = randomUUID();
  context.res.setHeader('X-Request-Id', context.state.request);
  return next();
};
