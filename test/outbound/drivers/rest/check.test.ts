import { describe, expect, it } from 'vitest';
import { restDriver } from '../../../../src/outbound/drivers/rest/index.ts';
import { compileCondition, compileRead, toKey } from '../../../../src/outbound/drivers/rest/expressions.ts';
import { aDefinition } from '../../../support/builders.ts';

const calls = {
  url: 'https://vms.contoso.test',
  find: { get: '/staff?q={Email}', items: 'body.staff', key: 'item.id' },
  create: { post: '/staff', key: 'body.id' },
  update: { put: '/staff/{key}' },
};
const definition = aDefinition({ can: ['create', 'update'] });

function check(change: object, more = definition): readonly string[] {
  return restDriver.check!(restDriver.settings.parse({ ...calls, ...change }), more).map(({ path, message }) => `${path}: ${message}`);
}

describe('the check of rest settings', () => {
  it('finds no problem in valid settings', () => {
    expect(check({})).toEqual([]);
  });

  it.each([
    [{ create: undefined }, 'create: is missing, but create is listed under can'],
    [{ delete: { delete: '/staff/{key}' } }, 'delete: has no effect: delete is not listed under can'],
    [{ create: { post: '/staff' } }, 'create.key: is missing, but update uses {key}'],
    [{ find: { get: '/staff?q={Mail}', items: 'body.staff' } }, 'find.get: {Mail} is not a field of the mapping'],
    [{ find: { get: '/staff?q={Email}', items: 'body.staff[' } }, 'find: the bracket [ is not closed'],
    [{ find: { get: '/staff?q={Email}', items: 'item.staff' } }, 'find: item is not available in this expression'],
    [{ replies: { exists: 'body.error = 1' } }, 'replies.exists: '],
    [{ replies: { none: 'status + 1' } }, 'replies.none: '],
    [
      { find: undefined },
      'find: is missing: if the response to a create is lost, an operator must check whether the product has the record',
    ],
  ])('of %j reports %s', (change, problem) => {
    expect(check(change).join('\n')).toContain(problem);
  });

  it('refuses several rows for one person', () => {
    const rows = { each: 'groups', as: 'group', none: 'one' } as const;
    expect(check({}, aDefinition({ can: ['create', 'update'], rows }))).toHaveLength(1);
  });
});

describe('the settings of rest', () => {
  it.each([
    [{ url: 'vms.contoso.test' }],
    [{ url: 'https://user:pw@vms.contoso.test' }],
    [{ create: { post: '/a', put: '/b' } }],
    [{ create: {} }],
    [{ rate: '10' }],
    [{ timeout: '30' }],
    [{ concurrency: 0 }],
    [{ auth: { bearer: 'x', basic: { user: 'a', password: 'b' } } }],
    [{ tls: { cert: '/c.pem' } }],
    [{ colour: 'red' }],
  ])('do not allow %j', (change) => {
    expect(restDriver.settings.safeParse({ ...calls, ...change }).success).toBe(false);
  });
});

describe('an expression over a reply', () => {
  const reply = { status: 400, headers: { etag: '"7"' }, body: { error: 'duplicate', id: 4711 }, text: '' };

  it.each([
    ['status == 400 && body.error == "duplicate"', true],
    ['body.error == "other"', false],
    ['body.nothing.there == "x"', false],
    ['body.error', false],
  ])('%s is true: %j', (text, holds) => {
    expect(compileCondition(text)(reply)).toBe(holds);
  });

  it('returns whole numbers as keys, and no key for missing values', () => {
    expect(toKey(compileRead('body.id', 'reply')(reply))).toBe('4711');
    expect(compileRead('body.nothing', 'reply')(reply)).toBeUndefined();
    expect(toKey(compileRead('item.id', 'item')(reply, { id: 'a-1' }))).toBe('a-1');
    expect(toKey('')).toBeUndefined();
  });
});
