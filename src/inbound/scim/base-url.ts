// Determines the public base URL of a request.
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { bracketAddress, toUsualAddress } from '../../domain/ip-address.ts';
import type { ScimSettings } from './scim-deps.ts';

/**
 * The SCIM base URL that this client uses, without a trailing slash: from `publicUrl`, otherwise from the headers of a trusted proxy,
 * otherwise from the socket of the request. Never from the `Host` header, which a client can forge.
 */
export function toBaseUrl({ publicUrl, proxies, prefix }: ScimSettings, request: IncomingMessage): string {
  const origin = publicUrl ?? proxies?.originOf(request);
  if (origin !== undefined) return origin + prefix;
  const { socket } = request;
  const scheme = (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
  const address = toUsualAddress(socket.localAddress ?? '') ?? '127.0.0.1';
  return `${scheme}://${bracketAddress(address)}:${socket.localPort ?? 0}${prefix}`;
}
