import { describe, expect, test } from 'vitest';
import { parseBulk } from '../../../src/scim/bulk/parse-bulk.ts';
import type { ScimError } from '../../../src/scim/errors.ts';

const one = { method: 'DELETE', path: '/Users/1' };

function refusal(body: unknown): ScimError | undefined {
  try {
    parseBulk(body, 2);
    return undefined;
  } catch (error) {
    return error as ScimError;
  }
}

describe('the body of a bulk request', () => {
  test('is read with all attributes, names in any case, null as not sent (RFC 7644 §3.7)', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      failonerrors: 3,
      operations: [
        { Method: 'post', Path: '/Users', bulkID: 'a', version: 'W/"1"', Data: { userName: 'mira' } },
        { method: ' Delete ', path: '/Users/1', bulkId: null, version: '', data: null },
      ],
    };
    expect(parseBulk(body, 2)).toEqual({
      failOnErrors: 3,
      operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', version: 'W/"1"', data: { userName: 'mira' } },
        { method: 'DELETE', path: '/Users/1', data: undefined },
      ],
    });
  });

  test.each([
    [undefined, undefined],
    [null, undefined],
    [0, 1],
    [1, 1],
    ['7', 7],
  ])('with failOnErrors %j stops after %j errors', (failOnErrors, errors) => {
    expect(parseBulk({ failOnErrors, Operations: [] }, 2).failOnErrors).toBe(errors);
  });

  test.each([
    [[], 'invalidSyntax', /JSON object/],
    ['text', 'invalidSyntax', /JSON object/],
    [{}, 'invalidSyntax', /"Operations" array/],
    [{ Operations: one }, 'invalidSyntax', /"Operations" array/],
    [{ Operations: [one, 'x'] }, 'invalidSyntax', /Operations\[1\] must be an object/],
    [{ Operations: [{ path: '/Users' }] }, 'invalidSyntax', /Operations\[0\]\.method is missing/],
    [{ Operations: [{ method: 'POST' }] }, 'invalidSyntax', /Operations\[0\]\.path is missing/],
    [{ Operations: [{ ...one, bulkId: 7 }] }, 'invalidSyntax', /Operations\[0\]\.bulkId must be a string/],
    [
      {
        Operations: [
          { ...one, bulkId: 'a' },
          { ...one, bulkId: 'a' },
        ],
      },
      'invalidSyntax',
      /Operations\[1\]\.bulkId .* unique/,
    ],
    [{ failOnErrors: -1, Operations: [] }, 'invalidValue', /failOnErrors must be a whole number/],
    [{ failOnErrors: 'x', Operations: [] }, 'invalidValue', /failOnErrors must be a whole number/],
  ])('%j is refused as a whole', (body, scimType, detail) => {
    expect(refusal(body)).toMatchObject({ status: 400, scimType, message: expect.stringMatching(detail) as string });
  });

  test('with too many operations is refused with 413, naming the limit (RFC 7644 §3.7.4)', () => {
    expect(refusal({ Operations: [one, one, one] })).toMatchObject({
      status: 413,
      message: expect.stringMatching(/3 Operations \(maxOperations: 2\)/) as string,
    });
    expect(refusal({ Operations: [one, one] })).toBeUndefined();
  });
});
