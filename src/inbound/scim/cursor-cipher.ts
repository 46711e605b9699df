// Encrypts and decrypts paging cursors.
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import type { SourceId } from '../../domain/ids.ts';
import { ScimError } from '../../scim/errors.ts';
import { printFilter } from '../../scim/filter/print-filter.ts';
import type { SearchParameters } from '../../scim/messages.ts';
import type { PageCursor } from '../../store/staging.ts';

/** The search to which a cursor is bound: Source, endpoint, filter and order. With another search, the cursor would return a wrong page. */
export interface CursorScope {
  readonly source: SourceId;
  /** The searched list: `/Users`, `/Groups` or `/`. */
  readonly endpoint: string;
  readonly parameters: Pick<SearchParameters, 'filter' | 'sortBy' | 'sortOrder'>;
}

const algorithm = 'aes-256-gcm';
const processIdBytes = 6;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts page positions as cursors that only this process can decrypt and no client can forge (AES-256-GCM with a random key). They
 * expire when the process ends. Encoded as base64url, because RFC 9865 §2 limits the characters.
 */
export class CursorCipher {
  readonly #key: Buffer;
  /** Distinguishes cursors of this process from those of an earlier process. */
  readonly #processId: Buffer;
  readonly #randomBytes: (size: number) => Buffer;

  /** `randomBytes` returns unpredictable bytes: `randomBytes` of node:crypto. */
  constructor(randomBytes: (size: number) => Buffer) {
    this.#key = randomBytes(32);
    this.#processId = randomBytes(processIdBytes);
    this.#randomBytes = randomBytes;
  }

  /** Encrypts a page position. */
  encrypt(place: PageCursor, scope: CursorScope): string {
    const iv = this.#randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify([toScopeText(scope), place]), 'utf8'), cipher.final()]);
    return Buffer.concat([this.#processId, iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * Decrypts a cursor; 'start' for the empty cursor.
   * @throws {ScimError} expiredCursor for a cursor of an earlier process, invalidCursor for any other invalid cursor and for a cursor of
   * another search (RFC 9865 §2.1).
   */
  decrypt(cursor: string, scope: CursorScope): PageCursor {
    if (cursor === '') return 'start';
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= processIdBytes + ivBytes + tagBytes || bytes.toString('base64url') !== cursor) throw invalidCursor();
    if (!bytes.subarray(0, processIdBytes).equals(this.#processId)) throw expiredCursor();
    const [of, place] = this.#open(bytes.subarray(processIdBytes));
    if (of !== toScopeText(scope))
      throw new ScimError(400, 'invalidCursor', 'The cursor belongs to another search. Keep the search parameters unchanged.');
    return place;
  }

  #open(bytes: Buffer): [string, PageCursor] {
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
      return JSON.parse(text) as [string, PageCursor];
    } catch {
      throw invalidCursor();
    }
  }
}

/** A text that is equal for the same search, without the values in the filter. */
function toScopeText({ source, endpoint, parameters }: CursorScope): string {
  const { filter, sortBy, sortOrder } = parameters;
  const search = JSON.stringify([filter === undefined ? null : printFilter(filter), sortBy?.toLowerCase() ?? null, sortOrder]);
  return `${source} ${endpoint} ${hash('sha256', search, 'base64url')}`;
}

function invalidCursor(): ScimError {
  return new ScimError(400, 'invalidCursor', 'Invalid cursor. Start with an empty cursor.');
}

function expiredCursor(): ScimError {
  return new ScimError(400, 'expiredCursor', 'The cursor expired when the service restarted. Start with an empty cursor.');
}
