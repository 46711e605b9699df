// What `token create` asks for and gives.
import type { Token, TokenUse } from '../../domain/source.ts';

/** A request for a new token. Default `source`: the only one. Default `use`: a bearer token. */
export interface TokenRequest {
  readonly source?: string;
  readonly use?: TokenUse;
  readonly label: string;
  /** Missing: it never expires. */
  readonly expiresInMs?: number;
}

/** A new token with its text, which is shown only once. */
export interface NewToken {
  readonly token: Token;
  readonly text: string;
  /** What goes into the Entra portal as Tenant URL. */
  readonly tenantUrl: string;
  /** The Source was unknown before; it can be a typing error. */
  readonly newSource: boolean;
}
