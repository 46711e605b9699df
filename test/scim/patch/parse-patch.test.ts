import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';

describe('a PATCH of many Operations', () => {
  const bodyOf = (count: number) => ({ Operations: Array.from({ length: count }, () => ({ op: 'remove', path: 'title' })) });

  it('is accepted with up to 1,000', () => {
    expect(parsePatch(bodyOf(1_000))).toHaveLength(1_000);
  });

  it('is refused beyond that, with the number and a hint', () => {
    const refuse = () => parsePatch(bodyOf(1_001));
    expect(refuse).toThrow(ScimError);
    expect(refuse).toThrow(/1001 Operations \(max 1000\)\. Split it/);
  });
});
