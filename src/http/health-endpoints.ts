// The endpoints `/healthz` and `/readyz`.
import type { Context, Middleware } from 'koa';

/** Whether SCIM writes are accepted, and the problems if not. Problems are sentences without names of people. */
export interface Readiness {
  readonly ok: boolean;
  readonly problems: readonly string[];
}

/**
 * `/healthz`: the process is alive. `/readyz`: 200 if a SCIM write would be accepted, so that one broken Target file does not cause a proxy
 * to drop Entra's requests. The body always contains the problems. Neither requires a token.
 */
export function serveHealth(ready: () => Readiness): Middleware {
  return (context, next) => {
    if (context.path === '/healthz') return send(context, 200, { status: 'alive' });
    if (context.path !== '/readyz') return next();
    const { ok, problems } = ready();
    return send(context, ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', problems });
  };
}

function send(context: Context, status: number, body: object): void {
  const reads = context.method === 'GET' || context.method === 'HEAD';
  context.status = reads ? status : 405;
  context.set('Cache-Control', 'no-store');
  if (reads) context.body = body;
  else context.set('Allow', 'GET, HEAD');
}
