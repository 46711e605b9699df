// Creates the Koa app of the SCIM listener: middleware, routes, token endpoint and health.
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Router } from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { quote, ScimError } from '../../scim/errors.ts';
import { meRefusal } from '../../scim/me-endpoint.ts';
import { serveHealth } from '../../http/health-endpoints.ts';
import { allowCrossOrigin } from '../../http/middleware/cors.ts';
import { handleErrors } from '../middleware/handle-errors.ts';
import { noStore } from '../../http/middleware/no-store.ts';
import { assignRequestId } from '../../http/middleware/request-id.ts';
import { requireToken } from '../middleware/require-token.ts';
import type { ScimState } from '../../http/middleware/request-state.ts';
import { normalizePath } from '../../http/middleware/normalize-path.ts';
import { serveTokenRequests } from '../oauth/token-endpoint.ts';
import { TrustedProxies } from '../../http/trusted-proxies.ts';
import { RefusalLog } from '../../http/refusal-log.ts';
import { HttpRefusal } from '../../http/refusal.ts';
import { addBulkRoutes } from './bulk-routes.ts';
import { CursorCipher } from './cursor-cipher.ts';
import type { ScimDeps } from './scim-deps.ts';
import { addDiscoveryRoutes } from './discovery-routes.ts';
import { addGroupRoutes } from './group-routes.ts';
import { addRootRoutes } from './root-routes.ts';
import { addUserRoutes } from './user-routes.ts';

/**
 * The request listener for SCIM, `/healthz` and `/readyz`: everything that may be public. Opens no port. Never reads `Accept` or
 * `User-Agent`, which Entra does not send (docs/entra-facts.md#request-headers).
 */
export function createScimApp(deps: ScimDeps): RequestListener {
  const { auth, clock, log, settings, authenticated = new WeakSet() } = deps;
  const proxies = settings.proxies ?? new TrustedProxies([]);
  const refusals = new RefusalLog(log, clock);
  const router = new Router<ScimState>({ prefix: settings.prefix });
  const routeDeps = { ...deps, cursors: new CursorCipher(randomBytes) };
  addRootRoutes(router, routeDeps);
  addUserRoutes(router, routeDeps);
  addGroupRoutes(router, routeDeps);
  addDiscoveryRoutes(router, deps);
  addBulkRoutes(router, deps);
  router.all('/Me', refuseMe);

  const app = new Koa<ScimState>();
  app.use(assignRequestId);
  app.use(noStore);
  if (settings.allowedOrigins.length > 0) app.use(allowCrossOrigin(settings.allowedOrigins));
  app.use(handleErrors({ log, refusals, proxies, prefix: settings.prefix }));
  app.use(serveHealth(() => deps.ready()));
  app.use(normalizePath(settings.prefix));
  app.use(
    serveTokenRequests(`${settings.prefix}/oauth/token`, { ...auth, log, refusals, proxies, authenticated, limits: settings.tokenBody }),
  );
  app.use(requireToken({ ...auth, proxies, authenticated }));
  app.use(router.routes());
  app.use(refuseTheRest);
  app.on('error', (error: unknown) => {
    if (isHangUp(error)) log.debug({ error }, 'client disconnected before the response was complete');
    else log.warn({ error }, 'response could not be sent');
  });
  const serve = app.callback();
  return (request, response) => void serve(request, response);
}

/** Whether a response ended because the client disconnected, which is not an error of the daemon. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}

function refuseMe(): never {
  throw meRefusal();
}

/**
 * Responds to an unknown path with 404, and to an unsupported method with 405, both as SCIM errors. OPTIONS returns the methods of a path.
 */
const refuseTheRest: Middleware<ScimState> = (context) => {
  const { matched = [] } = context as { matched?: readonly { readonly methods: readonly string[] }[] };
  if (matched.length === 0) throw new ScimError(404, undefined, `No endpoint at ${quote(context.path)}.`);
  const allow = [...new Set(matched.flatMap((layer) => layer.methods))].join(', ');
  if (context.method !== 'OPTIONS')
    throw new HttpRefusal(405, `${context.method} is not allowed here. Allowed: ${allow}.`, { Allow: allow });
  context.set('Allow', allow);
  context.status = 204;
};
