// Types of the request and the result of `token create`.
import type { Token, TokenUse } from '../../domain/source.ts';

/** A request for a new token. `source` defaults to the only Source, `use` to a bearer token. */
export interface TokenRequest {
  readonly source?: string;
  readonly use?: TokenUse;
  readonly label: string;
  /** Not set if it never expires. */
  readonly expiresInMs?: number;
}

/** A new token with its text, which is shown only once. */
export interface NewToken {
  readonly token: Token;
  readonly text: string;
  /** The Tenant URL for the Entra portal. */
  readonly tenantUrl: string;
  /** True if the Source was unknown before, which may be a typing error. */
  readonly newSource: boolean;
}
