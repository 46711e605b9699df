import { describe, expect, it, test } from 'vitest';
import { isAttributeName, maxFilterDepth, parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { maxFilterLength } from '../../../src/scim/filter/lexer.ts';
import { printFilter } from '../../../src/scim/filter/print-filter.ts';
import type { Filter } from '../../../src/scim/filter/filter-tree.ts';
import { errorOf } from '../samples.ts';

const eq = (attribute: string, value: string | number | boolean | null): Filter => ({ is: 'compare', attribute, operator: 'eq', value });

describe('the grammar of RFC 7644 §3.4.2.2, Figure 1', () => {
  // Left: the filter as sent. Right: the same filter with parentheses for each precedence.
  test.each([
    ['a eq 1 or b eq 2 and c eq 3', 'a eq 1 or (b eq 2 and c eq 3)'],
    ['a eq 1 and b eq 2 or c eq 3', '(a eq 1 and b eq 2) or c eq 3'],
    ['not (a pr) and b pr', '(not (a pr)) and b pr'],
    ['not (a pr or b pr) or c pr', '(not ((a pr) or (b pr))) or c pr'],
    ['(a pr)', 'a pr'],
    ['a[b eq 1 and c eq 2 or d pr]', 'a[(b eq 1 and c eq 2) or d pr]'],
  ])('reads %s as %s', (text, same) => {
    expect(parseFilter(text)).toEqual(parseFilter(same));
  });

  it('keeps grouping that differs from precedence', () => {
    expect(parseFilter('(a pr or b pr) and c pr')).toEqual({
      is: 'and',
      filters: [
        {
          is: 'or',
          filters: [
            { is: 'present', attribute: 'a' },
            { is: 'present', attribute: 'b' },
          ],
        },
        { is: 'present', attribute: 'c' },
      ],
    });
  });

  test.each([
    ['a eq "x"', 'x'],
    ['a eq "say \\"hi\\" \\u00e9 \\\\"', 'say "hi" é \\'],
    ['a eq "(not [a] filter)"', '(not [a] filter)'],
    ['a eq ""', ''],
    ['a eq true', true],
    ['a eq false', false],
    ['a eq null', null],
    ['a eq 42', 42],
    ['a eq -1.5', -1.5],
  ])('reads the literal of %s as %j', (text, value) => {
    expect(parseFilter(text)).toEqual(eq('a', value));
  });

  it('allows operators in any case', () => {
    expect(parseFilter('a EQ "x" AND NOT (b Pr) oR c Co "y"')).toEqual(parseFilter('a eq "x" and not (b pr) or c co "y"'));
  });

  it('accepts the examples of RFC 7644 §3.4.2.2', () => {
    const examples = [
      'userName eq "bjensen"',
      'name.familyName co "O\'Malley"',
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      'title pr and userType eq "Employee"',
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    ];
    // None of them has redundant parentheses, so printing returns the same text.
    expect(examples.map((text) => printFilter(parseFilter(text)))).toEqual(examples);
  });
});

describe('the syntax that Microsoft sends beyond the grammar', () => {
  test.each([
    ['several blanks', '  userName   eq    "x"  ', 'userName eq "x"'],
    ['a value path with a part', 'emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
    ['a part after a disjunction', 'emails[a pr or b pr].value eq "x"', 'emails[(a pr or b pr) and value eq "x"]'],
    ['a word without quotes', 'name.FamilyName eq Employee', 'name.FamilyName eq "Employee"'],
    ['a GUID', 'id eq 7c1e0b2c-0000-4000-8000-00000000000a and manager pr', 'id eq "7c1e0b2c-0000-4000-8000-00000000000a" and manager pr'],
    ['a date', 'meta.Created gt 2015-10-10T14:38:21.8617979-07:00', 'meta.Created gt "2015-10-10T14:38:21.8617979-07:00"'],
    ['a number with a leading zero', 'employeeNumber eq 0815', 'employeeNumber eq "0815"'],
    ['an unquoted value before a parenthesis', '(a co example.com or a co example.org)', 'a co "example.com" or a co "example.org"'],
    ['capital booleans', 'active eq True', 'active eq "True"'],
  ])('is accepted: %s', (_, text, same) => {
    expect(parseFilter(text)).toEqual(parseFilter(same));
  });
});

describe('a malformed filter', () => {
  test.each([
    ['', /ends where an attribute/],
    ['userName', /ends after "userName"/],
    ['userName eq', /ends after "userName eq"/],
    ['userName is "x"', /"is" is not an operator/],
    ['userName eq "x" userType', /Unexpected "userType" at character 17/],
    ['userName eq "x', /quote at character 13 .* not closed/],
    ['userName eq "\\x"', /Escape a backslash/],
    ['(userName pr', /is missing a "\)"/],
    ['userName pr)', /Unexpected "\)"/],
    ['emails[type eq "work"', /is missing a "\]"/],
    ['emails[ims[type pr]]', /Unexpected "\["/],
    ['emails[type pr].', /Unexpected "\."/],
    ['userName eq (', /Unexpected "\("/],
    ['"userName" eq "x"', /Unexpected "userName" at character 1/],
    ['1a eq 2', /Unexpected "1a"/],
    ['a eq 1 and', /ends where an attribute/],
    ['displayName eq Mira Sand', /"Sand" .* double quotes/],
    ["userName eq 'anna'", /begin with '\. Use double quotes/],
    ["userName eq 'anna sand'", /begin with '\. Use double quotes/],
    ["emails[type eq 'work'].value eq 'x'", /Use double quotes/],
    ['userName eq “anna”', /begin with “\. Use double quotes/],
  ])('%j is an invalidFilter that names the position', (text, detail) => {
    expect(errorOf(() => parseFilter(text))).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('is refused beyond the depth limit, and accepted at the limit', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a pr${')'.repeat(depth)}`;
    expect(parseFilter(nested(maxFilterDepth))).toEqual({ is: 'present', attribute: 'a' });
    expect(errorOf(() => parseFilter(nested(maxFilterDepth + 1)))).toMatchObject({ scimType: 'invalidFilter' });
    expect(errorOf(() => parseFilter(nested(4_900)))).toMatchObject({ scimType: 'invalidFilter' });
  });

  it('is refused beyond the length limit, and accepted at the limit', () => {
    expect(parseFilter(`a eq "${'x'.repeat(maxFilterLength - 7)}"`)).toMatchObject({ is: 'compare' });
    expect(errorOf(() => parseFilter(`a eq "${'x'.repeat(maxFilterLength)}"`))).toMatchObject({ scimType: 'invalidFilter' });
  });
});

test.each([
  ['userName', true],
  ['name.familyName', true],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName', true],
  ['$ref', true],
  ['__proto__', false],
  ['9lives', false],
  ['', false],
])('isAttributeName(%j) is %j', (text, expected) => {
  expect(isAttributeName(text)).toBe(expected);
});
