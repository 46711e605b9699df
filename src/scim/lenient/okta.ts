// Deviations from SCIM that Okta needs.
import type { AttributeName } from '../schema/compile-schemas.ts';

/**
 * Okta renames a group with `{"op":"replace","value":{"id":"…","displayName":"…"}}`: what clients may not change is
 * skipped in a value without a path, although RFC 7644 §3.5.2 wants an error; named by a path it is refused.
 */
export function skipsReadOnly({ attribute, sub }: AttributeName): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}
