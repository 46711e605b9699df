// Sends SCIM responses with media type and ETag.
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { scimMediaType } from '../../scim/messages.ts';
import type { JsonObject } from '../../scim/resource.ts';

/**
 * Sends a SCIM message or resource. The media type has no charset, because the SCIM Validator compares the whole header
 * (docs/entra-facts.md#media-type-of-answers).
 */
export function sendScim(context: Pick<Context, 'res' | 'status' | 'body'>, status: number, body: JsonObject): void {
  sendScimText(context, status, JSON.stringify(body));
}

/** Like `sendScim`, for a body that is already JSON text. */
export function sendScimText(context: Pick<Context, 'res' | 'status' | 'body'>, status: number, body: string): void {
  context.res.setHeader('Content-Type', scimMediaType);
  context.status = status;
  context.body = body;
}

/**
 * Number of characters that are buffered before a response is sent. A shorter response gets a Content-Length, and a failure meanwhile can
 * still become an error response.
 */
const bufferedCharacters = 256 * 1024;

/**
 * Like `sendScim`, for a body that is generated in chunks. A long body is generated only as fast as the client reads it. If the generation
 * fails, the connection is closed, so that the client cannot mistake the part for the whole.
 */
export async function sendScimChunks(
  context: Pick<Context, 'res' | 'status' | 'body'>,
  status: number,
  chunks: AsyncGenerator<string>,
): Promise<void> {
  let begun = '';
  while (begun.length < bufferedCharacters) {
    const next = await chunks.next();
    if (next.done === true) return sendScimText(context, status, begun);
    begun += next.value;
  }
  context.res.setHeader('Content-Type', scimMediaType);
  context.status = status;
  context.body = Readable.from(prepend(begun, chunks));
}

async function* prepend(begun: string, chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  yield begun;
  yield* chunks;
}

/** The ETag of a version of a resource (RFC 7644 §3.14). It is weak, because one version has many projections. */
export function toEntityTag(version: number): string {
  return `W/"${version}"`;
}

/** Sends 304 with the ETag (RFC 9110 §15.4.5): the client already has this version. */
export function sendNotModified(context: Pick<Context, 'res' | 'status'>, version: number): void {
  context.res.setHeader('ETag', toEntityTag(version));
  context.status = 304;
}

/**
 * The versions in an `If-Match` or `If-None-Match` header. `undefined` without a header and for `*`: any version. Foreign ETags match
 * nothing.
 */
export function readEntityTags(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').flatMap((tag) => {
    const [, version] = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag) ?? [];
    return version === undefined ? [] : [Number(version)];
  });
}
