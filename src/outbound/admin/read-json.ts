// Reads the JSON body of an admin request.
import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../domain/errors.ts';
import { usageError } from './parse-input.ts';

/** Commands have bodies of at most a few hundred bytes. */
const maxBytes = 64 * 1024;

/**
 * The JSON body of a request; an empty body is `{}`. Accepts only `application/json`: a browser sends a form to another site without a
 * preflight request, but not JSON.
 * @throws {DaemonError} `usage` if the type is different, the body is too large, or the JSON is invalid.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') throw usageError('the request body must be application/json');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw usageError(`the request body is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return parseJson(Buffer.concat(parts).toString('utf8'));
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usageError(`the request body is not valid JSON: ${messageOf(cause)}`);
  }
}
