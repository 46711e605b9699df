import { afterAll, beforeAll, describe, test } from 'vitest';
import { listProviders, play, readFixtures } from '../support/idp-fixture.ts';
import { startScimServer, type ScimServer } from '../support/scim-server.ts';
import { connectSource } from '../support/source-client.ts';

describe.each(listProviders())('the requests of %s', (provider) => {
  let server: ScimServer;
  let end: () => Promise<void>;

  // One server for all fixtures: each fixture is a separate Source, and Sources do not see each other.
  beforeAll(async () => {
    server = await startScimServer({ onEnd: (ending) => (end = ending) });
  });
  afterAll(() => end());

  for (const [file, fixture] of readFixtures(provider)) {
    test(`${fixture.name} (${file})`, async () => {
      // Resets failed logins of the previous fixtures, so that responses are not delayed.
      server.clock.advance(3_600_000);
      await play(fixture, await connectSource(server, file));
    });
  }
});
