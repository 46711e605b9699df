// Sends SCIM responses with media type and ETag.
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { scimMediaType } from '../../scim/messages.ts';
import type { JsonObject } from '../../scim/resource.ts';

/**
 * Answers with a SCIM message or resource. The media type has no charset, because the SCIM Validator compares it
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

/** Characters of an answer that are buffered before it begins: a shorter answer has a Content-Length, and a failure can still be an error response. */
const bufferedCharacters = 256 * 1024;

/**
 * The same for a body that is made piece by piece. A long one is made only as fast as the client reads it; when it fails halfway the
 * connection is cut, so that the client cannot take the part for the whole.
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

/** The entity tag of a version of a resource (RFC 7644 §3.14); weak: the same version is shown in many projections. */
export function toEntityTag(version: number): string {
  return `W/"${version}"`;
}

/** Answers 304: the client has it already. The entity tag goes with it (RFC 9110 §15.4.5). */
export function sendNotModified(context: Pick<Context, 'res' | 'status'>, version: number): void {
  context.res.setHeader('ETag', toEntityTag(version));
  context.status = 304;
}

/**
 * The versions that an `If-Match` or `If-None-Match` header names. `undefined` for no header and for `*`: any. Tags that are not ours
 * match nothing.
 */
export function readEntityTags(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').flatMap((tag) => {
    const [, version] = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag) ?? [];
    return version === undefined ? [] : [Number(version)];
  });
}
