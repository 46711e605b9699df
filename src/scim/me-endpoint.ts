import { ScimError } from './errors.ts';

/** What `/Me` is answered with: 501, as RFC 7644 §3.11 wants of those who do not offer it. */
export function meRefusal(): ScimError {
  return new ScimError(
    501,
    undefined,
    '/Me is not offered: a token stands for an identity provider here, not for a person; find the person by /Users?filter=userName eq "…"',
  );
}
