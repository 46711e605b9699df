import { describe, expect, it } from 'vitest';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import { csvDriver } from '../../../../src/outbound/drivers/csv/index.ts';

const least = { header: ['Email', 'Status'], drop: { folder: '/drops/front-desk' } };

describe('the settings of csv', () => {
  it('have defaults for everything except header and drop', () => {
    expect(csvDriver.settings.parse(least)).toEqual({
      ...least,
      drop: { ...least.drop, mode: 0o640 },
      mode: 'full',
      encoding: 'utf-8',
      delimiter: ',',
      quoting: 'needed',
      lineEnd: 'crlf',
      escapeFormulas: true,
      fileName: '{target}.csv',
    });
  });

  it.each([
    [{ mode: 'delta' }],
    [{ header: ['Email', 'Email'] }],
    [{ header: [] }],
    [{ encoding: 'utf-9' }],
    [{ delimiter: '||' }],
    [{ fileName: '../out.csv' }],
    [{ fileName: '.hidden.csv' }],
    [{ drop: { folder: 'drops/front-desk' } }],
    [{ drop: { folder: '/drops', also: 1 } }],
    [{ drop: { folder: '/drops', mode: '888' } }],
    [{ colour: 'red' }],
  ])('do not allow %j', (change) => {
    expect(csvDriver.settings.safeParse({ ...least, ...change }).success).toBe(false);
  });
});

describe('the check of csv', () => {
  const check = (settings: object, definition: Pick<TargetDefinition, 'can' | 'absent'>) =>
    csvDriver.check!(csvDriver.settings.parse({ ...least, ...settings }), definition as TargetDefinition).map(
      ({ path, message }) => `${path} ${message}`,
    );

  it.each([
    [{}, ['create', 'delete'], 'removed', []],
    [{ encoding: 'cp1252', header: ['Email', '名'] }, ['create'], 'removed', ['header.1 名 cannot be written in cp1252']],
    [{ fileName: '{name}.csv' }, ['create'], 'removed', ['fileName {name} is not valid in a file name']],
    [{ deactivated: { Status: 'Inactive' } }, ['create', 'deactivate'], 'kept', []],
    [{ deactivated: { Active: 'No' } }, ['create', 'deactivate'], 'kept', ['deactivated.Active is not a column of the header']],
    [{ deactivated: { Status: 'Inactive' } }, ['create'], 'kept', ['deactivated has no effect: deactivate is not listed under can']],
    [{}, ['create', 'deactivate'], 'disabled', []],
    [
      {},
      ['create', 'deactivate'],
      'kept',
      ['deactivated is missing: the product keeps people who are not in the file (absent: kept), so no one would be deactivated'],
    ],
  ] as const)('of %j with %j and absent: %s finds %j', (settings, can, absent, found) => {
    expect(check(settings, { can, absent })).toEqual(found);
  });
});
