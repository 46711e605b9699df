// Checks the request line and headers of a request.
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/**
 * The error in the request line or headers of a request, checked before further parsing; `undefined` if they are valid. The target must be
 * ASCII with percent-encoded UTF-8 (RFC 3986 §2.1): a search with misread text would find no person, and the client would create the person
 * again.
 */
export function checkHeaders(request: IncomingMessage, limits: Limits): HttpRefusal | undefined {
  const { url = '', rawHeaders, headers, httpVersion } = request;
  if (rawHeaders.length / 2 > limits.headers) return new HttpRefusal(431, `Too many headers (max ${limits.headers}).`);
  if (url.length > limits.targetBytes) {
    return new HttpRefusal(414, `The URL is longer than ${limits.targetBytes} bytes. Send long filters by POST to /.search.`);
  }
  if (!isReadable(url)) return new HttpRefusal(400, 'The URL is not percent-encoded UTF-8.', {}, 'invalidSyntax');
  // RFC 9112 §3.2. Node would also reject this, but without a SCIM error.
  if (headers.host === undefined && httpVersion === '1.1') return new HttpRefusal(400, 'An HTTP/1.1 request requires a Host header.');
  // RFC 9112 §3.2 and RFC 9110 §5.3: of duplicate headers, Node uses the first, and an intermediary may use the last.
  const doubled = ['host', 'authorization'].find((name) => (request.headersDistinct[name]?.length ?? 0) > 1);
  if (doubled !== undefined) return new HttpRefusal(400, `Duplicate ${doubled} header.`);
  // RFC 9112 §6.1: the end of such a body is ambiguous, which allows request smuggling.
  if ((headers['transfer-encoding'] ?? 'chunked').trim().toLowerCase() !== 'chunked') {
    return new HttpRefusal(400, 'Unsupported transfer encoding. Use chunked.');
  }
  return undefined;
}

function isReadable(url: string): boolean {
  // Node returns each byte as one character; a URL contains only visible ASCII characters.
  for (let at = 0; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
