// Maps the connection errors of Node's HTTP server (`clientError`) to responses.
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/**
 * The response to an error of a connection, such as a malformed request; `undefined` if there is no client to respond to, such as after a
 * reset or a failed TLS handshake. The codes are those of `node:http` and of its parser, llhttp.
 */
export function toRefusal(error: Error & { readonly code?: string }, limits: Limits): HttpRefusal | undefined {
  const { code = '' } = error;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpRefusal(
        431,
        `The request line and headers are larger than ${limits.headBytes} bytes. Send long filters by POST to /.search.`,
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpRefusal(413, 'The chunk extensions are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpRefusal(408, 'The request timed out.');
    default:
      // The parser's message would reveal internals and would not help the client.
      return code.startsWith('HPE_') ? new HttpRefusal(400, 'Malformed HTTP request.', {}, 'invalidSyntax') : undefined;
  }
}
