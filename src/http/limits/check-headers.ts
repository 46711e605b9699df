import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/**
 * What is wrong with the head of a request, before anything looks into it; `undefined` when nothing is. The target must be proper ASCII
 * with UTF-8 behind its percent signs (RFC 3986 §2.1): a search by text that was misread would find nobody, and the client would create
 * its person again.
 */
export function checkHeaders(request: IncomingMessage, limits: Limits): HttpRefusal | undefined {
  const { url = '', rawHeaders, headers, httpVersion } = request;
  if (rawHeaders.length / 2 > limits.headers) return new HttpRefusal(431, `a request may have ${limits.headers} headers; send fewer`);
  if (url.length > limits.targetBytes) {
    return new HttpRefusal(414, `the address is longer than ${limits.targetBytes} bytes; send long filters by POST to /.search`);
  }
  if (!isReadable(url)) return new HttpRefusal(400, 'the address is not percent-encoded UTF-8', {}, 'invalidSyntax');
  // RFC 9112 §3.2. Node would answer this itself, but not as SCIM.
  if (headers.host === undefined && httpVersion === '1.1') return new HttpRefusal(400, 'a request of HTTP/1.1 needs a Host header');
  // RFC 9112 §3.2 and RFC 9110 §5.3: Node takes the first of several, others on the way may take the last.
  const doubled = ['host', 'authorization'].find((name) => (request.headersDistinct[name]?.length ?? 0) > 1);
  if (doubled !== undefined) return new HttpRefusal(400, `the header ${doubled} is there more than once`);
  // RFC 9112 §6.1: where such a body ends is anybody's guess, so what follows it could be smuggled in.
  if ((headers['transfer-encoding'] ?? 'chunked').trim().toLowerCase() !== 'chunked') {
    return new HttpRefusal(400, 'of transfer encodings only chunked is understood');
  }
  return undefined;
}

function isReadable(url: string): boolean {
  // Node gives each byte as one character; those of a URL are visible ASCII.
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
