import type { RequestListener } from 'node:http';
import Koa, { type Middleware } from 'koa';
import type { AdminApi } from '../../admin/api.ts';
import { toErrorBody } from '../../admin/error-body.ts';
import { DaemonError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { createAdminRouter } from './router.ts';
import { sameSiteOnly } from './same-site.ts';

/** How an admin listener is reached decides whom it trusts. */
export interface AdminAppOptions {
  readonly log: Logger;
  /**
   * *socket*: only this machine's owner of the data folder can connect, so everything is allowed. Otherwise a TCP listener, where
   * anybody on this machine (or beyond) may knock: it answers to loopback and these names only, reads only, and hands out no tokens.
   */
  readonly trust: 'socket' | { readonly names: readonly string[] };
}

/** The admin API for a server of node:http. Answers JSON; errors as `{error: {code, message, hint}}`. Opens nothing by itself. */
export function createAdminApp(api: AdminApi, { log, trust }: AdminAppOptions): RequestListener {
  const app = new Koa();
  const router = createAdminRouter(api);
  app.use(handleAdminErrors(log));
  if (trust !== 'socket') app.use(sameSiteOnly(trust.names)).use(readsOnly);
  app.use(router.routes());
  app.use((context) => {
    throw new DaemonError('notFound', `there is no ${context.method} ${context.path} in the admin API`);
  });
  app.on('error', (error: unknown) => log.error({ error }, 'an admin answer could not be sent'));
  const serve = app.callback();
  return (request, response) => void serve(request, response);
}

const statusOf: Readonly<Record<string, number>> = {
  usage: 400,
  foreign: 403,
  notFound: 404,
  refused: 409,
  config: 422,
  store: 503,
};

function handleAdminErrors(log: Logger): Middleware {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      const status = error instanceof DaemonError ? (statusOf[error.code] ?? 500) : 500;
      if (status === 500) log.error({ error, method: context.method, path: context.path }, 'an admin request failed');
      context.status = status;
      context.body = toErrorBody(error);
      // What is left of a refused body is not read: the connection cannot be used again.
      if (!context.req.complete) context.set('connection', 'close');
    }
  };
}

/** Without a sign-in nobody is known over TCP: whoever wants to change something uses the CLI, which the socket's owner may. */
const readsOnly: Middleware = async (context, next) => {
  if (!['GET', 'HEAD'].includes(context.method)) {
    throw new DaemonError('foreign', 'this listener only shows', { hint: 'use the vestibule command, on the machine of the daemon' });
  }
  await next();
};
