// The dependencies of the SCIM routes.
import type { CursorCipher } from './cursor-cipher.ts';
import type { ScimDeps } from './scim-deps.ts';

/** What the routes work with: what the listener was given, and what lives as long as it does. */
export interface RouteDeps extends ScimDeps {
  readonly cursors: CursorCipher;
}
