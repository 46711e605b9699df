// Encrypts and decrypts paging cursors.
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import type { SourceId } from '../../domain/ids.ts';
import { ScimError } from '../../scim/errors.ts';
import { printFilter } from '../../scim/filter/print-filter.ts';
import type { SearchParameters } from '../../scim/messages.ts';
import type { PageCursor } from '../../store/staging.ts';

/** The search that a cursor is bound to: Source, endpoint, filter and order. With another search it would return a wrong page. */
export interface CursorScope {
  readonly source: SourceId;
  /** Which list: `/Users`, `/Groups` or `/`. */
  readonly endpoint: string;
  readonly parameters: Pick<SearchParameters, 'filter' | 'sortBy' | 'sortOrder'>;
}

const algorithm = 'aes-256-gcm';
const processIdBytes = 6;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts page positions as cursors that only this process can read, and no client can forge (AES-256-GCM with a random key). They expire
 * only when the process ends. Characters: base64url, as RFC 9865 §2 requires.
 */
export class CursorCipher {
  readonly #key: Buffer;
  /** Tells our cursors from those of an earlier process. */
  readonly #processId: Buffer;
  readonly #randomBytes: (size: number) => Buffer;

  /** `randomBytes` gives unpredictable bytes: that of node:crypto. */
  constructor(randomBytes: (size: number) => Buffer) {
    this.#key = randomBytes(32);
    this.#processId = randomBytes(processIdBytes);
    this.#randomBytes = randomBytes;
  }

  /** The cursor that leads to this place. */
  encrypt(place: PageCursor, scope: CursorScope): string {
    const iv = this.#randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify([toScopeText(scope), place]), 'utf8'), cipher.final()]);
    return Buffer.concat([this.#processId, iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * The place that a cursor leads to; 'start' for the empty one.
   * @throws {ScimError} expiredCursor for one of an earlier process, invalidCursor for anything else that is not ours or is of another
   * search (RFC 9865 §2.1).
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

/** The same text for the same search, without the values that a filter holds. */
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
