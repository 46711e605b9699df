// Deviations from SCIM that are accepted from Okta.
import type { AttributeName } from '../schema/compile-schemas.ts';

/**
 * Whether a read-only attribute is ignored instead of rejected. Okta renames a group with
 * `{"op":"replace","value":{"id":"…","displayName":"…"}}`, so read-only attributes in a value without a path are ignored, although RFC 7644
 * §3.5.2 requires an error. In a path they are rejected.
 */
export function skipsReadOnly({ attribute, sub }: AttributeName): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}
