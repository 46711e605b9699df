// Reads and parses a JSON request body within the limits.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { invalidSyntax, type ScimError } from '../scim/errors.ts';
import { HttpRefusal } from './refusal.ts';

/** How deep a body may be nested: SCIM itself needs five levels, and what walks a body later must not run out of stack. */
export const maxBodyDepth = 32;

/** Most values in a body, small and large ones alike: 20,000 members with ids like ours fill 1 MiB with 40,000. */
const maxBodyValues = 100_000;

/** Most names in one object; a User with every attribute has some fifty. */
const maxBodyNames = 1_000;

/** How long a client may continue to send a refused body, in milliseconds. */
const lingerMs = 1_000;

/** Limits of a request body. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** How long it may take to arrive, in milliseconds; missing: as long as the listener lets a request. */
  readonly maxMs?: number;
}

const mediaTypes: ReadonlySet<string> = new Set(['application/scim+json', 'application/json', '']);
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', '']);

/**
 * Reads a JSON body. `maxBytes` bounds it. A missing type counts as JSON, the charset is UTF-8 (RFC 7644 §3.8).
 * @throws {HttpRefusal} 415 for another type, charset or any compression, 413 when it is too large.
 * @throws {ScimError} 400 invalidSyntax when it is empty, truncated, not UTF-8, not JSON, nested too deep or made of too many pieces.
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

// Reads by events: an async iterator over a request costs more than parsing its body.
/** Reads the bytes of a body. @throws {HttpRefusal} 413 when it is too large, 408 when too slow; {ScimError} 400 when it is truncated. */
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
    // Emitted after each request; an error only if the request is incomplete.
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
    // Not the parser's own words: they quote the body, and details end up in foreign logs.
    throw invalidSyntax('The body is not valid JSON.', { cause });
  }
}

/** A small body can be expensive to process: half a million empty lists are one megabyte. */
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
