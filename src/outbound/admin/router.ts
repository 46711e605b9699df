// Defines the routes of the admin API.
import { Router, type RouterContext } from '@koa/router';
import type { AdminApi } from '../../admin/api.ts';
import { inputs, parseInput } from './parse-input.ts';
import { readJson } from './read-json.ts';

/**
 * Creates the routes, one for each method of `AdminApi`. Each parses its input strictly, calls the method, and responds with its result.
 */
export function createAdminRouter(api: AdminApi): Router {
  const router = new Router({ prefix: '/api' });
  router.get(
    '/status',
    answer(() => api.status()),
  );
  router.get(
    '/check',
    answer(() => api.check()),
  );
  router.get(
    '/why',
    answer((context) => api.why(parseInput(inputs.why, { ...context.query }).person)),
  );
  addTargetRoutes(router, api);
  addTokenRoutes(router, api);
  return router;
}

function addTargetRoutes(router: Router, api: AdminApi): void {
  const post = (verb: string, act: (target: string, body: unknown) => Promise<unknown>) =>
    router.post(
      `/targets/:target/${verb}`,
      answer(async (context) => act(targetOf(context), await readJson(context.req))),
    );

  router.get(
    '/targets/:target/plan',
    answer((context) => api.plan(targetOf(context), parseInput(inputs.plan, { ...context.query }))),
  );
  post('test', (target, body) => api.test(target, parseInput(inputs.test, body)));
  router.get(
    '/targets/:target/plan-person',
    answer((context) => api.planPerson(targetOf(context), parseInput(inputs.why, { ...context.query }).person)),
  );
  router.get(
    '/targets/:target/log',
    answer((context) => api.log(targetOf(context), parseInput(inputs.log, { ...context.query }).limit)),
  );
  router.get(
    '/targets/:target/list',
    answer((context) => api.list(targetOf(context), parseInput(inputs.list, { ...context.query }))),
  );
  router.get(
    '/targets/:target/forget',
    answer((context) => api.forgetting(targetOf(context))),
  );
  post('forget', (target, body) => api.forget(target, parseInput(inputs.signed, body).by));
  post('rename', (target, body) => {
    const { to, by } = parseInput(inputs.rename, body);
    return api.rename(target, to, by);
  });
  post('apply', (target, body) => api.apply(target, parseInput(inputs.apply, body)));
  post('draft', (target, body) => api.draft(target, parseInput(inputs.signed, body).by));
  post('pause', (target, body) => api.pause(target, parseInput(inputs.signed, body).by));
  post('resume', (target, body) => api.resume(target, parseInput(inputs.signed, body).by));
  router.get(
    '/targets/:target/holds',
    answer((context) => api.holds(targetOf(context), parseInput(inputs.holds, { ...context.query }))),
  );
  post('accept', (target, body) => api.accept(target, parseInput(inputs.hold, body)));
  post('reject', (target, body) => api.reject(target, parseInput(inputs.hold, body)));
  router.get(
    '/targets/:target/rejections',
    answer((context) => api.rejections(targetOf(context), parseInput(inputs.rejections, { ...context.query }).persons)),
  );
  post('withdraw', (target, body) => api.withdraw(target, parseInput(inputs.withdraw, body)));
  post('retry', (target, body) => api.retry(target, parseInput(inputs.retry, body).person));
}

function addTokenRoutes(router: Router, api: AdminApi): void {
  const tokenId = (context: RouterContext) => parseInput(inputs.tokenId, context.params['id']);
  const body = (context: RouterContext) => readJson(context.req);

  router.get(
    '/tokens',
    answer(() => api.listTokens()),
  );
  router.post(
    '/tokens',
    answer(async (context) => api.createToken(parseInput(inputs.createToken, await body(context)))),
  );
  router.post(
    '/tokens/:id/extend',
    answer(async (context) => {
      const { expiresInMs } = parseInput(inputs.extendToken, await body(context));
      return api.extendToken(tokenId(context), expiresInMs);
    }),
  );
  router.post(
    '/tokens/:id/revoke',
    answer(async (context) => {
      parseInput(inputs.none, await body(context));
      return api.revokeToken(tokenId(context));
    }),
  );
}

function answer(act: (context: RouterContext) => Promise<unknown>): (context: RouterContext) => Promise<void> {
  return async (context) => {
    // Plans and tokens must not be cached by intermediaries.
    context.set('cache-control', 'no-store');
    context.body = await act(context);
  };
}

function targetOf(context: RouterContext): string {
  return context.params['target'] ?? '';
}
