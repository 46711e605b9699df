// Reads and parses a JSON request body within the limits.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { invalidSyntax, type ScimError } from '../scim/errors.ts';
import { HttpRefusal } from './refusal.ts';

/** Max nesting of a body: SCIM needs five levels, and functions that recurse into a body must not exhaust the stack. */
export const maxBodyDepth = 32;

/** Max number of values in a body, of any size: 20,000 members with UUIDs fill 1 MiB with 40,000 values. */
const maxBodyValues = 100_000;

/** Max names in one object; a User with every attribute has about fifty. */
const maxBodyNames = 1_000;

/** How long a client can continue to send a refused body, in milliseconds. */
const lingerMs = 1_000;

/** Limits of a request body. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Max time to receive the body, in milliseconds. Default: only the limit of the listener applies. */
  readonly maxMs?: number;
}

const mediaTypes: ReadonlySet<string> = new Set(['application/scim+json', 'application/json', '']);
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', '']);

/**
 * Reads a JSON body of at most `maxBytes`. A missing Content-Type counts as JSON, the charset is UTF-8 (RFC 7644 §3.8).
 * @throws {HttpRefusal} 415 for another type or charset and for any compression, 413 if the body is too large.
 * @throws {ScimError} 400 invalidSyntax if the body is empty, truncated, not UTF-8, not JSON, nested too deeply or made of too many values.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  assertReadable(request);
  return parseBody(await readBytes(request, { maxBytes }));
}

function assertReadable({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpRefusal(415, 'Content-Encoding is not supported. Send the body uncompressed.');
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (!mediaTypes.has(type.trim())) throw new HttpRefusal(415, 'Unsupported Content-Type. Use application/scim+json or application/json.');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (!charsets.has(charset?.slice('charset='.length).replaceAll('"', '') ?? ''))
    throw new HttpRefusal(415, 'Unsupported charset. Use UTF-8.');
}

// Uses events, because an async iterator over a request costs more than parsing its body.
/** Reads the bytes of a body. @throws {HttpRefusal} 413 if it is too large, 408 if it is too slow; {ScimError} 400 if it is truncated. */
export function readBytes(request: IncomingMessage, { maxBytes, maxMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) refuse();
    };
    const finish = () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
    const refuse = () => {
      request.off('data', take).off('end', finish);
      chunks.length = 0;
      // The rest is read and discarded for a moment, because a client that is still sending would get a TCP reset instead of the answer.
      request.resume();
      const lingering = setTimeout(() => reject(tooLarge(maxBytes)), lingerMs);
      request.once('end', () => reject(tooLarge(maxBytes)));
      request.once('close', () => clearTimeout(lingering));
    };
    if (maxMs !== undefined) {
      const late = setTimeout(() => {
        request.off('data', take).off('end', finish).resume();
        reject(new HttpRefusal(408, `The request body did not arrive within ${maxMs} ms.`, { Connection: 'close' }));
      }, maxMs);
      request.once('end', () => clearTimeout(late)).once('close', () => clearTimeout(late));
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) refuse();
    else request.on('data', take).on('end', finish);
    request.on('error', (cause) => reject(invalidSyntax('The request body was truncated.', { cause })));
    // Emitted after each request; this is an error only if the request is incomplete.
    request.on('close', () => {
      if (!request.complete) reject(invalidSyntax('The request body was truncated.'));
    });
  });
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw invalidSyntax('The body is empty. Send a JSON object.');
  if (!isUtf8(bytes)) throw invalidSyntax('The body is not valid UTF-8.');
  const body = parseJson(bytes.toString('utf8'));
  assertNotTooComplex(body);
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Not the parser's message: it quotes the body, and `detail` ends up in the client's log.
    throw invalidSyntax('The body is not valid JSON.', { cause });
  }
}

/**
 * Rejects bodies with too many values or names: a small body can be expensive to process, such as half a million empty lists in one
 * megabyte.
 */
function assertNotTooComplex(body: unknown): void {
  let left = maxBodyValues;
  const walk = (value: unknown, levels: number) => {
    left -= 1;
    if (left < 0) throw invalidSyntax(`The body contains more than ${maxBodyValues} values. Send fewer members or attributes per request.`);
    if (typeof value !== 'object' || value === null) return;
    if (levels === 0) throw invalidSyntax(`The body is nested more than ${maxBodyDepth} levels deep.`);
    const inner = Object.values(value) as readonly unknown[];
    if (inner.length > maxBodyNames && !Array.isArray(value))
      throw invalidSyntax(`An object in the body has more than ${maxBodyNames} names.`);
    for (const one of inner) walk(one, levels - 1);
  };
  walk(body, maxBodyDepth);
}

function tooLarge(maxBytes: number): ScimError {
  return new HttpRefusal(413, `The body is larger than ${maxBytes} bytes. Send fewer members or attributes per request.`, {
    Connection: 'close',
  });
}
