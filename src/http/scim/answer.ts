import type { Context } from 'koa';
import { SCIM_MEDIA_TYPE } from '../../scim/messages.ts';
import type { JsonObject } from '../../scim/resource.ts';

/** Answers with a SCIM message or resource. Exactly the media type, without a charset: the validator compares it (fact sheet §5.1). */
export function sendScim(context: Pick<Context, 'res' | 'status' | 'body'>, status: number, body: JsonObject): void {
  sendScimText(context, status, JSON.stringify(body));
}

/** The same for a body that is JSON text already. */
export function sendScimText(context: Pick<Context, 'res' | 'status' | 'body'>, status: number, body: string): void {
  context.res.setHeader('Content-Type', SCIM_MEDIA_TYPE);
  context.status = status;
  context.body = body;
}

/** The entity tag of a version of a resource (RFC 7644 §3.14); weak: the same version is shown in many projections. */
export function toEntityTag(version: number): string {
  return `W/"${version}"`;
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
