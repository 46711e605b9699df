import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findExpiring, watchExpiry } from '../../src/identity/expiring-tokens.ts';
import { Tokens } from '../../src/identity/tokens.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import type { Token } from '../../src/domain/source.ts';
import { keepLines } from '../support/log-lines.ts';
import { TestClock } from '../support/test-clock.ts';
import { pollUntil } from '../support/poll.ts';
import { openJoined } from '../support/stores.ts';

const dayMs = 86_400_000;

test.each([
  [undefined, false],
  [30 * dayMs, true],
  [30 * dayMs + 1, false],
  [0, true],
  [-7 * dayMs + 1, true],
  [-7 * dayMs, false],
])('a token that ends in %s ms causes a warning: %s', (inMs, expected) => {
  const now = new Date('2026-11-21T12:00:00Z');
  const token: Token = {
    id: 1,
    source: 'default',
    use: 'bearer',
    label: 'x',
    createdAt: now,
    ...(inMs !== undefined && { expiresAt: new Date(now.getTime() + inMs) }),
  };
  expect(findExpiring([token], now)).toEqual(expected ? [token] : []);
  expect(findExpiring([{ ...token, revokedAt: now }], now)).toEqual([]);
});

test('the log warns of an expiring token at the start and once a day, until the daemon stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-expiring-'));
  const clock = new TestClock();
  const store = await openJoined({ folder: folder, clock, log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const tokens = new Tokens({ store: store.tokens, clock, randomBytes });
  await tokens.create({ label: 'soon', expiresInMs: 31 * dayMs });
  const { log, lines } = keepLines();
  const stop = watchExpiry({ tokens, clock, log });
  expect(lines).toEqual([]);
  clock.advance(dayMs);
  await pollUntil('it was reported once', () => lines.length === 1);
  expect(lines[0]).toContain('token expires soon');
  clock.advance(30 * dayMs);
  await pollUntil('it was aborted', () => lines.some((line) => line.includes('token has expired')));
  stop();
  const told = lines.length;
  clock.advance(2 * dayMs);
  await tokens.list();
  expect(lines.length).toBe(told);
});
