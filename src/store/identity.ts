// The part of the staging store about who may write: Sources, tokens and small notes.
import type { SourceId } from '../domain/ids.ts';
import type { Source, Token, TokenUse } from '../domain/source.ts';

/** The identity-provider connections that have tokens, people or contact. */
export interface Sources {
  list(): Promise<readonly Source[]>;
  get(id: SourceId): Promise<Source | undefined>;
  /**
   * Notes that the Source was heard, to within ten seconds or a tenth of `silentMs`, so that it may be called with every request. A
   * silence longer than `silentMs` begins a new contact.
   */
  heard(id: SourceId, at: Date, silentMs: number): Promise<void>;
}

/** Bearer tokens and client secrets, as hashes. */
export interface Tokens {
  create(token: { hash: string; source: SourceId; use: TokenUse; label: string; createdAt: Date; expiresAt?: Date }): Promise<Token>;
  /** The token with this hash, even if expired or revoked. */
  byHash(hash: string): Promise<Token | undefined>;
  /** The same by its number. */
  byId(id: number): Promise<Token | undefined>;
  list(): Promise<readonly Token[]>;
  /** @returns `undefined` when there is no such token. `expiresAt: undefined` means never. */
  extend(id: number, expiresAt: Date | undefined): Promise<Token | undefined>;
  revoke(id: number, at: Date): Promise<Token | undefined>;
  /** Notes a use, to within a minute, so that it may be called with every request. */
  used(id: number, at: Date): Promise<void>;
}

/** Small named texts of the daemon's own, such as the last good `vestibule.yaml`. */
export interface Notes {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string): Promise<void>;
}
