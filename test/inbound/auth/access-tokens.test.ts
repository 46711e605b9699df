import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AccessTokens } from '../../../src/inbound/auth/access-tokens.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { TestClock } from '../../support/test-clock.ts';
import { openJoined } from '../../support/stores.ts';

test('the first access tokens, when issued at the same time, are signed with one key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-access-'));
  const clock = new TestClock();
  const store = await openJoined({ folder: folder, clock, log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const accessTokens = new AccessTokens({ notes: store.notes, clock, randomBytes });
  const ends = new Date(clock.now().getTime() + 60_000);
  const sources = ['a', 'b', 'c'];
  const texts = await Promise.all(sources.map((source) => accessTokens.issue({ source, secret: 1 }, ends)));
  const verdicts = await Promise.all(texts.map((text) => accessTokens.verify(text)));
  expect(verdicts).toEqual(sources.map((source) => ({ is: 'signed', grant: { source, secret: 1 } })));
});
