// The answer to `/Me`: 501.
import { ScimError } from './errors.ts';

/** The answer to `/Me`: 501, as RFC 7644 §3.11 requires of servers without it. */
export function meRefusal(): ScimError {
  return new ScimError(
    501,
    undefined,
    '/Me is not supported: tokens identify an identity provider, not a person. Use /Users?filter=userName eq "…" instead.',
  );
}
