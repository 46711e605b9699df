// The dependencies of the SCIM routes.
import type { CursorCipher } from './cursor-cipher.ts';
import type { ScimDeps } from './scim-deps.ts';

/** Dependencies of the SCIM routes: those of the listener, and objects that live as long as the listener. */
export interface RouteDeps extends ScimDeps {
  readonly cursors: CursorCipher;
}
