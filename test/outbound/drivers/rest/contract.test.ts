import { describe } from 'vitest';
import { restDriver } from '../../../../src/outbound/drivers/rest/index.ts';
import type { RecordConnection } from '../../../../src/outbound/drivers/driver.ts';
import { openVisitorSystem } from '../../../../src/rehearsal/visitor-system.ts';
import { driverContract, type DriverBench } from '../../../contracts/driver-contract.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { TestClock } from '../../../support/test-clock.ts';
import { pollUntil } from '../../../support/poll.ts';

const secret = 'token-that-nobody-sees';

/** The calls of the connector `old-vms`, and a delete. */
const calls = {
  find: { get: '/api/staff?q={mail}', items: 'body.staff', key: 'item.id' },
  create: { post: '/api/staff', body: 'json', key: 'body.id' },
  update: { put: '/api/staff/{key}', body: 'json' },
  deactivate: { put: '/api/staff/{key}', body: 'json', with: { enabled: false } },
  delete: { delete: '/api/staff/{key}' },
  list: { get: '/api/staff?page={page}', items: 'body.staff', key: 'item.id', pages: { from: 1, until: 'size(body.staff) == 0' } },
  replies: { exists: 'status == 400 && body.error == "duplicate"' },
};

async function openBench(): Promise<DriverBench> {
  const system = await openVisitorSystem({ random: () => 0, token: secret });
  const { log, lines } = keepLines();
  const settings = restDriver.settings.parse({ ...calls, url: system.url, auth: { bearer: secret } });
  const definition = { target: 'old-vms', match: [['mail']], can: ['create', 'update', 'deactivate', 'delete'], folder: '/' } as const;
  const deps = { log, clock: new TestClock(), definition, workFolder: '/nowhere' };
  return {
    open: (access) => restDriver.open(settings, deps, access) as RecordConnection,
    examine: () => restDriver.examine(settings, deps),
    row: (mail) => ({ mail, firstname: 'Anna', enabled: true }),
    held: async () => system.records().map(({ id, mail, enabled }) => ({ key: String(id), email: String(mail), active: enabled === true })),
    goDown: () => system.goDown(),
    refuse: async () => void (system.faults.refuses = true),
    holdUp: async () => {
      system.faults.slow = { share: 1, ms: 60_000 };
      const before = system.counts().requests;
      return { arrived: pollUntil('the write has arrived', () => system.counts().requests > before) };
    },
    dieAfterCommit: async () => void (system.faults.cutAfterCommit = 1),
    recover: async () => {
      Object.assign(system.faults, { refuses: false, cutAfterCommit: 0, slow: { share: 0, ms: 0 } });
      await system.comeBack();
    },
    lines,
    secret,
    close: () => system.goDown(),
  };
}

describe('the rest driver', () => {
  driverContract(openBench);
});
