// Deviations from SCIM that Okta needs.
import type { AttributeName } from '../schema/compile-schemas.ts';

/**
 * Okta renames a group with `{"op":"replace","value":{"id":"…","displayName":"…"}}`: read-only attributes are skipped in a value without a
 * path, although RFC 7644 §3.5.2 requires an error; in a path they are rejected.
 */
export function skipsReadOnly({ attribute, sub }: AttributeName): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}
