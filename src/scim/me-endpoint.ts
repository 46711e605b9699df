// The response to `/Me`: 501.
import { ScimError } from './errors.ts';

/** The response to `/Me`: 501, as RFC 7644 §3.11 requires of servers that do not support it. */
export function meRefusal(): ScimError {
  return new ScimError(
    501,
    undefined,
    '/Me is not supported: tokens identify an identity provider, not a person. Use /Users?filter=userName eq "…" instead.',
  );
}
