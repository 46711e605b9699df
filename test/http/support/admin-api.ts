import { randomBytes } from 'node:crypto';
import type { AdminApi } from '../../../src/admin/api.ts';
import { Tokens } from '../../../src/identity/tokens.ts';
import type { HandlerDeps } from '../../../src/outbound/admin/handlers/handler-deps.ts';
import { createAdminApi } from '../../../src/outbound/admin/handlers/create-admin-api.ts';
import type { Harness } from '../../outbound/engine/harness.ts';
import { EveryName, siteFiles } from '../../support/site-files.ts';

/** The admin API with the store and engine of a Harness, for a site without files; `change` overrides dependencies. */
export function createTestApi(
  harness: Pick<Harness, 'store' | 'clock' | 'deps' | 'engine' | 'commands'>,
  change: Partial<HandlerDeps> = {},
): AdminApi {
  const { store, clock } = harness;
  return createAdminApi({
    engineDeps: harness.deps,
    engine: harness.engine,
    commands: harness.commands,
    tokens: new Tokens({ store: store.tokens, clock, randomBytes }),
    troubles: () => [],
    sourceNames: ['default'],
    readFiles: () => siteFiles([], [], new EveryName()),
    syncDefinitions: () => Promise.resolve(siteFiles([], [], new EveryName())),
    examine: () => ({ examination: { steps: [], close: () => Promise.resolve() }, missing: [], secrets: 0 }),
    compare: () => ({ waiting: [], otherSystem: false }),
    check: () =>
      Promise.resolve({ problems: [], read: { folder: '/config', targets: 0, connectors: 0, by: 'daemon' as const }, destinations: [] }),
    findCollision: () => Promise.resolve(undefined),
    tenantUrl: 'https://hosts.contoso.com/scim',
    version: '0.1.0',
    running: true,
    ...change,
  });
}
