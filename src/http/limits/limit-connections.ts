// Applies the connection limits to a server.
import type * as http from 'node:http';
import type * as https from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from '../../domain/logger.ts';
import type { TrustedProxies } from '../trusted-proxies.ts';
import { HttpRefusal } from '../refusal.ts';
import { ConnectionLimiter, type AuthenticatedConnections } from './connection-limiter.ts';
import type { Limits } from './limits.ts';
import { refuseConnection } from './raw-response.ts';
import type { PendingResponses } from './pending-responses.ts';

/** Dependencies of {@link limitConnections}. */
export interface LimitConnectionsDeps {
  readonly limits: Limits;
  readonly proxies: TrustedProxies;
  readonly authenticated: AuthenticatedConnections;
  readonly pendingResponses: PendingResponses;
  readonly log: Logger;
  /** True if connections begin with a TLS handshake. */
  readonly tls: boolean;
}

/**
 * Counts the connections of a server, and refuses excess connections with an error response. A connection in the TLS handshake cannot
 * receive a response: such connections are counted separately, with the same limits, and closed.
 */
export function limitConnections(server: http.Server | https.Server, deps: LimitConnectionsDeps): ConnectionLimiter {
  const { limits, proxies, authenticated, pendingResponses, log, tls } = deps;
  const isShared = (address: string) => proxies.trusts(address);
  let warned = false;
  const warnOnce = (status: number) => {
    if (!warned) log.warn({ open: connections.open, status }, 'closing unauthenticated connections and refusing new ones');
    warned = true;
  };
  const close = (socket: Socket) => {
    warnOnce(408);
    closeUnauthenticated(socket, pendingResponses);
  };
  const connections = new ConnectionLimiter({ limits, isShared, authenticated, close });
  server.prependListener(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    const refusal = connections.admit(socket);
    if (refusal) warnOnce(refusal.status);
    if (refusal) refuseConnection(socket, refusal);
    if (connections.open <= limits.connectionsPerAddress / 2) warned = false;
  });
  if (tls) limitHandshakes(server, deps);
  return connections;
}

function limitHandshakes(server: http.Server | https.Server, { limits, proxies }: LimitConnectionsDeps): void {
  const inHandshake = new Map<string, Socket>();
  const handshakes = new ConnectionLimiter({
    limits,
    isShared: (address) => proxies.trusts(address),
    authenticated: new WeakSet(),
    close: (socket) => socket.destroy(),
  });
  server.prependListener('connection', (socket: Socket) => {
    const name = nameOf(socket);
    handshakes.admit(socket);
    inHandshake.set(name, socket);
    socket.once('close', () => {
      if (inHandshake.get(name) === socket) inHandshake.delete(name);
    });
  });
  server.prependListener('secureConnection', (socket: Socket) => {
    const plain = inHandshake.get(nameOf(socket));
    if (plain !== undefined) handshakes.release(plain);
  });
}

/** A key that is equal for a connection and its TLS socket, which has no reference to the connection. */
function nameOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}

/** Closes an unauthenticated connection, with an error response unless a response has already begun. */
function closeUnauthenticated(socket: Socket, pendingResponses: PendingResponses): void {
  const waiting = pendingResponses.of(socket);
  if (waiting.some((response) => response.headersSent)) socket.destroy();
  else if (waiting.some(({ req }) => req.complete))
    refuseConnection(socket, new HttpRefusal(503, 'Too many open connections.', { 'Retry-After': '5' }));
  // Also on an idle connection: clients treat a 408 as its end (RFC 9110 §15.5.9).
  else refuseConnection(socket, new HttpRefusal(408, 'No request arrived in time, and there are too many open connections.'));
}
