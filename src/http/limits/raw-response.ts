// Writes a response directly to a socket.
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody, scimMediaType } from '../../scim/messages.ts';
import type { HttpRefusal } from '../refusal.ts';

/**
 * How long a refused client can continue to send, in milliseconds: if the connection were closed immediately, the client would see a reset
 * instead of the response.
 */
const lingerMs = 1_000;

/** Writes a refusal to a connection without a request, and closes it. No effect if it is already closed. */
export function refuseConnection(socket: Duplex, refusal: HttpRefusal): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lingering = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(lingering));
  socket.end(toText(refusal));
  socket.resume();
}

/** Sends a refusal as the response to a request, and closes the connection. */
export function refuseRequest(response: ServerResponse, refusal: HttpRefusal): void {
  const { headers, body } = toParts(refusal);
  response.writeHead(refusal.status, headers);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function toText(refusal: HttpRefusal): string {
  const { headers, body } = toParts(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

function toParts(refusal: HttpRefusal): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(errorBody(refusal));
  return {
    headers: {
      'Content-Type': scimMediaType,
      'Content-Length': String(Buffer.byteLength(body)),
      ...refusal.headers,
      Connection: 'close',
    },
    body,
  };
}
