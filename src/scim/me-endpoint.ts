// The answer to `/Me`: 501.
import { ScimError } from './errors.ts';

/** What `/Me` is answered with: 501, as RFC 7644 §3.11 wants of those who do not offer it. */
export function meRefusal(): ScimError {
  return new ScimError(
    501,
    undefined,
    '/Me is not supported: tokens identify an identity provider, not a person. Use /Users?filter=userName eq "…" instead.',
  );
}
