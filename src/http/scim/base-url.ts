import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ScimSettings } from './deps.ts';

/**
 * The address under which this client reaches SCIM, without a slash at its end. Never from the `Host` header, which anybody can make
 * up: from `publicUrl`, else from the socket that the request came in at.
 */
export function toBaseUrl({ publicUrl, prefix }: ScimSettings, { socket }: IncomingMessage): string {
  if (publicUrl !== undefined) return publicUrl + prefix;
  const scheme = (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:(?=\d+\.)/, '');
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${socket.localPort ?? 0}${prefix}`;
}
