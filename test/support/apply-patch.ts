import { applyChanges } from '../../src/scim/patch/apply-patch.ts';
import { resolveChanges } from '../../src/scim/patch/attribute-changes.ts';
import type { PatchOperation } from '../../src/scim/patch/patch-operation.ts';
import type { ScimUser } from '../../src/scim/resource.ts';
import type { Schemas } from '../../src/scim/schema/compile-schemas.ts';

/** Applies a PATCH to a User like the server: resolves all operations, then carries them out. */
export function applyPatch(user: ScimUser, operations: readonly PatchOperation[], schemas: Schemas): ScimUser {
  return applyChanges(user, resolveChanges(operations, schemas.user), schemas.user);
}
