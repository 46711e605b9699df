import { describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { drivers, openConnection } from '../../../src/outbound/drivers/registry.ts';
import { aDefinition } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';

function open(driver: string, settings: Readonly<Record<string, unknown>>) {
  const definition = aDefinition({ driver });
  return openConnection(definition, settings, { log: silentLogger, clock: new TestClock(), definition, workFolder: '/nowhere' }, 'read');
}

describe('the registry of drivers', () => {
  it('contains each Driver under its own name', () => {
    expect([...drivers].map(([name, driver]) => [name, driver.name])).toEqual(
      ['rest', 'csv', 'script', 'scim'].map((name) => [name, name]),
    );
  });

  it('describes every setting, for the manual and the editor', () => {
    for (const { settings } of drivers.values()) expect(() => settings.toJSONSchema({ io: 'input', unrepresentable: 'any' })).not.toThrow();
  });

  it('opens a Connection with the parsed settings of the Driver', () => {
    expect(open('csv', { header: ['Email'], drop: { folder: '/drops' } }).mode).toBe('snapshot');
    expect(open('script', { command: ['x'], visibleAfter: '5s' })).toMatchObject({ mode: 'record', visibleAfterMs: 5_000, batchSize: 100 });
  });

  it('reports where settings are invalid, and never a value', () => {
    const settings = { url: 'https://x.test', auth: { bearer: 's3cr3t', colour: 's3cr3t' } };
    expect(() => open('rest', settings)).toThrow(TargetUnavailable);
    expect(() => open('rest', settings)).toThrow(/settings\.auth/);
    expect(() => open('rest', settings)).not.toThrow(/s3cr3t/);
    expect(() => open('csw', {})).toThrow('unknown driver csw');
  });
});

it.each([
  ['rest', { url: 'http://127.0.0.1:9' }],
  ['scim', { url: 'http://127.0.0.1:9' }],
  ['script', { command: ['true'] }],
])('%s refuses a timeout that is too long for the timers of Node', (name, settings) => {
  const judge = (timeout: string) => drivers.get(name)?.settings.safeParse({ ...settings, timeout }).success;
  expect([judge('24h'), judge('25h'), judge('30d'), judge('99999999999d')]).toEqual([true, false, false, false]);
});
