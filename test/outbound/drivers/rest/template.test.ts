import { describe, expect, it } from 'vitest';
import { fillHeader, parseTemplate, TemplateFault, ValueFault } from '../../../../src/outbound/drivers/rest/template.ts';

describe('a path template', () => {
  it.each([
    ['/api/staff/{key}', {}, 'a/b?c#d', '/api/staff/a%2Fb%3Fc%23d'],
    ['/api/staff?q={mail}', { mail: 'a+b&c=d@x' }, undefined, '/api/staff?q=a%2Bb%26c%3Dd%40x'],
    ['/s?filter=mail eq "{mail}"', { mail: 'o"b\\x' }, undefined, '/s?filter=mail%20eq%20%22o%5C%22b%5C%5Cx%22'],
    ["/s?$filter=mail eq '{mail}'", { mail: "o'brien" }, undefined, "/s?$filter=mail%20eq%20'o%27%27brien'"],
    ['/s?q={mail}&n={name}', { mail: 'a' }, undefined, '/s?q=a&n='],
    ['/s/{no}', { no: 7 }, undefined, '/s/7'],
    ['/s?q=%20x', {}, undefined, '/s?q=%20x'],
  ])('%s with the record %j and key %j gives %s', (path, record, key, filled) => {
    expect(parseTemplate(path).insert({ record, ...(key !== undefined && { key }) })).toBe(filled);
  });

  it.each(['', '.', '..'])('refuses %j as a path segment, because it would name another resource', (key) => {
    expect(() => parseTemplate('/api/staff/{key}').insert({ record: {}, key })).toThrow(ValueFault);
  });

  it.each(['api/staff', '//evil.example/x', '/a/{key', '/a/key}', '/a/{}'])('cannot be %s', (path) => {
    expect(() => parseTemplate(path)).toThrow(TemplateFault);
  });

  it('lists its fields, without key and page', () => {
    const template = parseTemplate('/s/{key}?q={mail}&page={page}');
    expect(template.fields).toEqual(['mail']);
    expect(template.usesKey).toBe(true);
  });
});

it('a header value cannot add another header', () => {
  expect(fillHeader('for {name}', { record: { name: 'Zoë\r\nX-Admin: 1' } })).toBe('for Zo%C3%AB%0D%0AX-Admin: 1');
});
