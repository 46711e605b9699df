import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { applyPatch } from '../../support/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { ScimUser } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../../src/scim/schema/definition.ts';
import { documents, ownUrn, toNested, twins, type Twin } from './arbitrary.ts';
import { applySteps, Refusal, type Flat, type Step } from './oracle.ts';

const schemas = compileSchemas([
  {
    resourceType: 'User',
    schema: {
      id: ownUrn,
      name: 'Contoso',
      description: '',
      attributes: [
        defineAttribute('floor', '', { type: 'integer' }),
        defineAttribute('tags', '', { multiValued: true }),
        defineAttribute('badge', '', { mutability: 'immutable' }),
      ],
    },
  },
]);

/** A document, or the keyword of an error. */
type Result = { readonly document: unknown } | { readonly error: string | undefined };

function patch(user: ScimUser, operations: readonly Twin[]): Result {
  // Converted through text, as in a request.
  const body: unknown = JSON.parse(JSON.stringify({ Operations: operations.map(({ wire }) => wire) }));
  try {
    return { document: applyPatch(user, parsePatch(body), schemas) };
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return { error: error.scimType };
    throw error;
  }
}

function ask(document: Flat, steps: readonly Step[]): Result {
  try {
    return { document: toNested(applySteps(document, steps)) };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.scimType };
    throw error;
  }
}

/**
 * Errors in paths are reported before errors in values, regardless of their order, because they are found without a document. So an error
 * is correct if the first failing step has it, or if any step, or a single entry of a step, has it on an empty document.
 */
function errorsOf(document: Flat, steps: readonly Step[]): readonly (string | undefined)[] {
  const pieces = steps.flatMap((step) => [step, ...(step.entries ?? []).map((entry) => ({ ...step, entries: [entry] }))]);
  const results = [ask(document, steps), ...pieces.map((piece) => ask(new Map([['userName', 'u']]), [piece]))];
  return results.flatMap((result) => ('error' in result ? [result.error] : []));
}

test('a PATCH gives the result of a simple model of RFC 7644 and of Entra, or the same error without a change', () => {
  const seen = { documents: 0, errors: 0, changes: 0 };
  fc.assert(
    fc.property(documents, twins, (document, operations) => {
      const user = toNested(document) as ScimUser;
      const before = JSON.stringify(user);
      const result = patch(user, operations);
      const steps = operations.map(({ step }) => step);
      const expected = ask(document, steps);
      if ('document' in expected) {
        seen.documents += 1;
        if (JSON.stringify(expected.document) !== before) seen.changes += 1;
        expect(result).toEqual(expected);
      } else {
        seen.errors += 1;
        expect(errorsOf(document, steps)).toContain('error' in result ? result.error : `no error, but ${JSON.stringify(result)}`);
      }
      expect(JSON.stringify(user)).toBe(before);
    }),
    { numRuns: 20_000 },
  );
  // The cases must have all kinds of results; otherwise the test would prove little.
  expect(Math.min(seen.documents, seen.errors, seen.changes)).toBeGreaterThan(5_000);
}, 120_000);
