// The port for identity data in the staging store: Sources, tokens, and small named strings.
import type { SourceId } from '../domain/ids.ts';
import type { Source, Token, TokenUse } from '../domain/source.ts';

/** The identity-provider connections that have tokens, people or contact. */
export interface Sources {
  list(): Promise<readonly Source[]>;
  get(id: SourceId): Promise<Source | undefined>;
  /**
   * Records contact with the Source, to within ten seconds or a tenth of `silentMs`, so that it can be called with every request. After
   * more than `silentMs` without contact, a new period of contact begins.
   */
  heard(id: SourceId, at: Date, silentMs: number): Promise<void>;
}

/** Bearer tokens and client secrets, as hashes. */
export interface Tokens {
  create(token: { hash: string; source: SourceId; use: TokenUse; label: string; createdAt: Date; expiresAt?: Date }): Promise<Token>;
  /** The token with this hash, even if expired or revoked. */
  byHash(hash: string): Promise<Token | undefined>;
  /** The token with this id, even if expired or revoked. */
  byId(id: number): Promise<Token | undefined>;
  list(): Promise<readonly Token[]>;
  /** Changes the expiry of a token; `expiresAt: undefined` means never. @returns `undefined` if there is no such token. */
  extend(id: number, expiresAt: Date | undefined): Promise<Token | undefined>;
  revoke(id: number, at: Date): Promise<Token | undefined>;
  /** Records the use of a token, to within a minute, so that it can be called with every request. */
  used(id: number, at: Date): Promise<void>;
}

/** Small named strings that the daemon stores, such as the last valid `vestibule.yaml`. */
export interface Notes {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string): Promise<void>;
}
