import { describe, test } from 'vitest';
import { listProviders, play, readFixtures } from './idp-fixture.ts';
import { startScimServer } from './scim-server.ts';

describe.each(listProviders())('what is sent by %s', (provider) => {
  for (const [file, fixture] of readFixtures(provider)) {
    test(`${fixture.name} (${file})`, async () => {
      await play(fixture, await startScimServer());
    });
  }
});
