import { describe, expect, it, test } from 'vitest';
import { notFound, ScimError, UniquenessConflict, VersionConflict } from '../../src/scim/errors.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { errorBody, listResponse, parseQuery, parseSearchRequest } from '../../src/scim/messages.ts';
import { errorOf } from './samples.ts';

// docs/entra-facts.md#postman-collections
test('an empty list response has Resources', () => {
  expect(listResponse({ resources: [], totalResults: 0, startIndex: 1 })).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('a list response counts its resources', () => {
  expect(listResponse({ resources: [{ id: 'a' }, { id: 'b' }], totalResults: 7, startIndex: 6 })).toMatchObject({
    totalResults: 7,
    startIndex: 6,
    itemsPerPage: 2,
  });
});

test.each([
  [
    new UniquenessConflict('userName'),
    { scimType: 'uniqueness', detail: 'userName is already in use by another resource.', status: '409' },
  ],
  [notFound('User', 'u-1'), { detail: 'User "u-1" does not exist.', status: '404' }],
  [new VersionConflict(), { detail: expect.stringContaining('Read it again') as string, status: '412' }],
  [new ScimError(500, undefined, 'try again'), { detail: 'try again', status: '500' }],
])('%s as a response body has its status as text (RFC 7644 §3.12)', (error, expected) => {
  expect(errorBody(error)).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], ...expected });
});

describe('the parameters of a list request (RFC 7644 §3.4.2)', () => {
  const none = { startIndex: 1, sortOrder: 'ascending' };

  test.each<[Record<string, string | string[]>, object]>([
    [{}, none],
    [{ aadOptscim062020: '' }, none],
    [
      { startIndex: '6', count: '5' },
      { ...none, startIndex: 6, count: 5 },
    ],
    [{ startIndex: '0' }, none],
    [
      { startindex: '-3', COUNT: '100' },
      { ...none, count: 100 },
    ],
    [{ count: '-1' }, { ...none, count: 0 }],
    [{ count: '0' }, { ...none, count: 0 }],
    [{ count: '' }, none],
    [{ filter: 'userName eq "x"' }, { ...none, filter: parseFilter('userName eq "x"') }],
    [{ filter: ' ' }, none],
    [
      { sortBy: 'name.familyName', sortOrder: 'Descending' },
      { startIndex: 1, sortBy: 'name.familyName', sortOrder: 'descending' },
    ],
    [{ attributes: 'userName, emails' }, { ...none, attributes: ['userName', 'emails'] }],
    [{ attributes: 'emails[value eq "a,b]"],id' }, { ...none, attributes: ['emails[value eq "a,b]"]', 'id'] }],
    [{ attributes: ['userName', 'emails'] }, { ...none, attributes: ['userName', 'emails'] }],
    [{ excludedAttributes: 'members' }, { ...none, excludedAttributes: ['members'] }],
    [{ attributes: '' }, none],
    [{ filter: ['id eq "a"', 'id eq "b"'] }, { ...none, filter: parseFilter('id eq "a"') }],
  ])('are read from %j', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected);
  });

  test.each([
    [{ count: 'all' }, 'invalidValue'],
    [{ startIndex: '1.5' }, 'invalidValue'],
    [{ sortOrder: 'upwards' }, 'invalidValue'],
    [{ filter: 'userName is x' }, 'invalidFilter'],
  ])('are refused: %j', (query, scimType) => {
    expect(errorOf(() => parseQuery(query))).toMatchObject({ status: 400, scimType });
  });

  it('are read from a body as well (RFC 7644 §3.4.3)', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      attributes: ['displayName', 'userName'],
      filter: 'displayName sw "smith"',
      startIndex: 1,
      count: 10,
    };
    expect(parseSearchRequest(body)).toEqual({
      ...none,
      attributes: ['displayName', 'userName'],
      filter: parseFilter('displayName sw "smith"'),
      count: 10,
    });
  });

  test.each([
    [undefined, 'invalidSyntax'],
    [[], 'invalidSyntax'],
    [{ filter: 7 }, 'invalidValue'],
    [{ count: 1.5 }, 'invalidValue'],
    [{ attributes: [7] }, 'invalidValue'],
    [{ attributes: { a: 1 } }, 'invalidValue'],
  ])('are refused in the body %j', (body, scimType) => {
    expect(errorOf(() => parseSearchRequest(body))).toMatchObject({ status: 400, scimType });
  });
});
