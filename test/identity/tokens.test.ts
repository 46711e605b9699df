import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ContactRecorder } from '../../src/inbound/auth/contact-recorder.ts';
import { Tokens } from '../../src/identity/tokens.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { TestClock } from '../support/test-clock.ts';
import { openJoined } from '../support/stores.ts';

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-tokens-'));
  const clock = new TestClock();
  const store = await openJoined({ folder: folder, clock, log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { store, clock, tokens: new Tokens({ store: store.tokens, clock, randomBytes }) };
}

describe('a token', () => {
  test('is vst_ followed by 32 bytes, and only its hash is stored', async () => {
    const { store, tokens } = await open();
    const { text, token } = await tokens.create({ label: 'Entra' });
    expect(text).toMatch(/^vst_[\w-]{43}$/);
    expect(token).toMatchObject({ source: 'default', label: 'Entra' });
    expect(JSON.stringify(await store.tokens.list())).not.toContain(text.slice(4));
  });

  test('authenticates the Source that it was issued for', async () => {
    const { tokens } = await open();
    const { text, token } = await tokens.create({ label: 'x', source: 'plant2' });
    expect(await tokens.verify(text)).toEqual({ is: 'valid', token });
  });

  test.each(['', 'a b', '../x', 'x'.repeat(65)])('cannot be issued for a Source named %j', async (source) => {
    const { tokens } = await open();
    await expect(tokens.create({ label: 'x', source })).rejects.toThrow('Invalid source name');
  });

  test('is unknown if it was never issued, even if it differs only in case from a valid one', async () => {
    const { tokens } = await open();
    const { text } = await tokens.create({ label: 'x' });
    expect(await tokens.verify('vst_nobody')).toEqual({ is: 'unknown' });
    expect(await tokens.verify(text.toUpperCase())).toEqual({ is: 'unknown' });
  });

  test('is valid at the same time as other tokens', async () => {
    const { tokens } = await open();
    const [old, young] = [await tokens.create({ label: 'old' }), await tokens.create({ label: 'young' })];
    expect((await tokens.verify(old.text)).is).toBe('valid');
    expect((await tokens.verify(young.text)).is).toBe('valid');
  });

  test('expires at its time, not earlier, and is valid again when it is extended', async () => {
    const { tokens, clock } = await open();
    const { text, token } = await tokens.create({ label: 'x', expiresInMs: 5000 });
    clock.advance(4999);
    expect((await tokens.verify(text)).is).toBe('valid');
    clock.advance(1);
    expect(await tokens.verify(text)).toEqual({ is: 'expired', since: clock.now(), token });
    await tokens.extend(token.id, undefined);
    expect((await tokens.verify(text)).is).toBe('valid');
  });

  test('is refused at once when this process revoked it', async () => {
    const { tokens, clock } = await open();
    const { text, token } = await tokens.create({ label: 'x' });
    expect((await tokens.verify(text)).is).toBe('valid');
    await tokens.revoke(token.id);
    expect(await tokens.verify(text)).toMatchObject({ is: 'revoked', since: clock.now(), token: { id: token.id } });
  });

  test('is refused within a second when another process revoked it', async () => {
    const { store, tokens, clock } = await open();
    const { text, token } = await tokens.create({ label: 'x' });
    expect((await tokens.verify(text)).is).toBe('valid');
    await store.tokens.revoke(token.id, clock.now());
    clock.advance(1000);
    expect((await tokens.verify(text)).is).toBe('revoked');
  });

  test('is read from the store at most once a second, not for each request', async () => {
    const { store, tokens, clock } = await open();
    const { text } = await tokens.create({ label: 'x' });
    const byHash = vi.spyOn(store.tokens, 'byHash');
    for (let request = 0; request < 5; request += 1) await tokens.verify(text);
    expect(byHash).toHaveBeenCalledTimes(1);
    clock.advance(1000);
    await tokens.verify(text);
    expect(byHash).toHaveBeenCalledTimes(2);
  });

  test('cannot be extended or revoked if it does not exist', async () => {
    const { tokens } = await open();
    await expect(tokens.revoke(77)).rejects.toThrow('Token 77 does not exist');
    await expect(tokens.extend(77, 1)).rejects.toThrow('Token 77 does not exist');
  });
});

describe('the contact of a Source', () => {
  test('is stored for its Source and token at most once a minute', async () => {
    const { store, clock } = await open();
    const heard = vi.spyOn(store.sources, 'heard');
    const used = vi.spyOn(store.tokens, 'used');
    const contact = new ContactRecorder({ store, clock, log: silentLogger, silentMs: () => 1000 });
    contact.note('default', 1);
    clock.advance(59_999);
    contact.note('default', 1);
    contact.note('default', 2);
    expect(heard.mock.calls.map(([source]) => source)).toEqual(['default']);
    expect(used.mock.calls.map(([id]) => id)).toEqual([1, 2]);
    clock.advance(1);
    contact.note('default', 1);
    expect(heard).toHaveBeenCalledTimes(2);
    expect(used).toHaveBeenCalledTimes(3);
  });

  test('causes a warning and no error of the request when it cannot be stored', async () => {
    const { store, clock } = await open();
    await store.close();
    const warn = vi.fn<(fields: object, message: string) => void>();
    const contact = new ContactRecorder({ store, clock, log: { ...silentLogger, warn }, silentMs: () => 1000 });
    contact.note('default', 1);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
  });
});
