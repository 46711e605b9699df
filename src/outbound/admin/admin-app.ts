// The Koa application that serves the admin API over a socket or TCP.
import type { RequestListener } from 'node:http';
import Koa, { type Middleware } from 'koa';
import type { AdminApi } from '../../admin/api.ts';
import { toErrorBody } from '../../admin/error-body.ts';
import { DaemonError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { createAdminRouter } from './router.ts';
import { sameSiteOnly } from './same-site.ts';

/** The type of listener decides how far clients are trusted. */
export interface AdminAppOptions {
  readonly log: Logger;
  /**
   * *socket*: only the owner of the data folder can connect, so every command is allowed. Otherwise the listener uses TCP, and any user of
   * this machine or of another one may connect. It then accepts only loopback names and these host names, is read-only, and issues no
   * tokens.
   */
  readonly trust: 'socket' | { readonly names: readonly string[] };
}

/**
 * Creates the request listener of the admin API for a `node:http` server. Responses are JSON; errors have the form `{error: {code, message,
 * hint}}`. Does not open a port.
 */
export function createAdminApp(api: AdminApi, { log, trust }: AdminAppOptions): RequestListener {
  const app = new Koa();
  const router = createAdminRouter(api);
  app.use(handleAdminErrors(log));
  if (trust !== 'socket') app.use(sameSiteOnly(trust.names)).use(readsOnly);
  app.use(router.routes());
  app.use((context) => {
    throw new DaemonError('notFound', `the admin API has no ${context.method} ${context.path}`);
  });
  app.on('error', (error: unknown) => log.error({ error }, 'admin response could not be sent'));
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
      if (status === 500) log.error({ error, method: context.method, path: context.path }, 'admin request failed');
      context.status = status;
      context.body = toErrorBody(error);
      // The rest of a rejected body is not read, so the connection cannot be reused.
      if (!context.req.complete) context.set('connection', 'close');
    }
  };
}

/** TCP clients are not authenticated, so they can only read. Changes go through the CLI and the socket, which only its owner can use. */
const readsOnly: Middleware = async (context, next) => {
  if (!['GET', 'HEAD'].includes(context.method)) {
    throw new DaemonError('foreign', 'this listener is read-only', { hint: 'use the command line on the machine where the daemon runs' });
  }
  await next();
};
