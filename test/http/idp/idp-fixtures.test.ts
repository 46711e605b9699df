import { afterAll, beforeAll, describe, test } from 'vitest';
import { listProviders, play, readFixtures } from '../support/idp-fixture.ts';
import { startScimServer, type ScimServer } from '../support/scim-server.ts';
import { connectSource } from '../support/source-client.ts';

describe.each(listProviders())('the requests of %s', (provider) => {
  let server: ScimServer;
  let end: () => Promise<void>;

  // One server for all: each fixture is a Source of its own, and Sources see nothing of each other.
  beforeAll(async () => {
    server = await startScimServer({ onEnd: (ending) => (end = ending) });
  });
  afterAll(() => end());

  for (const [file, fixture] of readFixtures(provider)) {
    test(`${fixture.name} (${file})`, async () => {
      // Failed logins of the fixtures before are forgotten, so that those of this one need not wait.
      server.clock.advance(3_600_000);
      await play(fixture, await connectSource(server, file));
    });
  }
});
