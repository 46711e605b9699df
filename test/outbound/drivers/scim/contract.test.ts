import { describe } from 'vitest';
import type { RecordConnection } from '../../../../src/outbound/drivers/driver.ts';
import { scimDriver } from '../../../../src/outbound/drivers/scim/index.ts';
import type { ScimUser } from '../../../../src/scim/resource.ts';
import { driverContract, type DriverBench } from '../../../contracts/driver-contract.ts';
import { startScimServer } from '../../../http/support/scim-server.ts';
import { HttpProxy } from '../../../support/http-proxy.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { TestClock } from '../../../support/test-clock.ts';
import { pollUntil } from '../../../support/poll.ts';

const mail = 'emails[type eq "work"].value';

/** The Target is Vestibule's own SCIM server: client and server implement the RFC independently. */
function openBenchWith(update: 'patch' | 'put'): () => Promise<DriverBench> {
  return async () => {
    const server = await startScimServer();
    const proxy = new HttpProxy(server.port);
    await proxy.comeBack();
    const { log, lines } = keepLines();
    const definition = {
      target: 'visitly',
      match: [['userName'], [mail]],
      can: ['create', 'update', 'deactivate', 'delete'],
      folder: '/',
    } as const;
    const secret = server.token;
    const settings = scimDriver.settings.parse({ url: `${proxy.url}/scim`, auth: { bearer: secret }, update });
    const deps = { log, clock: new TestClock(), definition, workFolder: '/nowhere' };
    return {
      open: (access) => scimDriver.open(settings, deps, access) as RecordConnection,
      examine: () => scimDriver.examine(settings, deps),
      row: (email) => ({ userName: email, 'name.givenName': 'Anna', [mail]: email }),
      held: async () => {
        const { body } = await server.request('GET', '/Users');
        const { Resources } = body as { readonly Resources: readonly (ScimUser & { readonly id: string })[] };
        return Resources.map(({ id, userName, active }) => ({ key: id, email: userName, active: active !== false }));
      },
      goDown: () => proxy.goDown(),
      refuse: async () => {
        for (const token of await server.tokens.list()) await server.tokens.revoke(token.id);
      },
      holdUp: async () => {
        proxy.mode = 'hold';
        const before = proxy.requests;
        return { arrived: pollUntil('the write has arrived', () => proxy.requests > before) };
      },
      dieAfterCommit: async () => void (proxy.mode = 'cut'),
      recover: async () => {
        proxy.mode = 'pass';
        await proxy.comeBack();
      },
      lines,
      secret,
      close: () => proxy.goDown(),
    };
  };
}

describe.each(['patch', 'put'] as const)('the scim driver with update: %s', (update) => driverContract(openBenchWith(update)));
