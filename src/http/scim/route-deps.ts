import type { Cursors } from './cursors.ts';
import type { ScimDeps } from './deps.ts';

/** What the routes work with: what the listener was given, and what lives as long as it does. */
export interface RouteDeps extends ScimDeps {
  readonly cursors: Cursors;
}
