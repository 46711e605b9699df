import type * as http from 'node:http';
import type * as https from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from '../../domain/logger.ts';
import type { Proxies } from '../proxies.ts';
import { HttpRefusal } from '../refusal.ts';
import { Connections, type KnownConnections } from './connections.ts';
import type { Limits } from './limits.ts';
import { endWith } from './raw-answer.ts';
import type { Unanswered } from './unanswered.ts';

/** What connections are guarded with. */
export interface GuardConnectionsDeps {
  readonly limits: Limits;
  readonly proxies: Proxies;
  readonly known: KnownConnections;
  readonly unanswered: Unanswered;
  readonly log: Logger;
  /** Connections begin with a TLS handshake. */
  readonly tls: boolean;
}

/**
 * Counts the connections of a server, and ends those that are too many with words. Under TLS there are none before the handshake: those in
 * theirs are counted apart, with the same limits, and cut.
 */
export function guardConnections(server: http.Server | https.Server, deps: GuardConnectionsDeps): Connections {
  const { limits, proxies, known, unanswered, log, tls } = deps;
  const isShared = (address: string) => proxies.trusts(address);
  let told = false;
  const tell = (status: number) => {
    if (!told) log.warn({ open: connections.open, status }, 'too many connections are open: strangers are cut off, newcomers refused');
    told = true;
  };
  const close = (socket: Socket) => {
    tell(408);
    makeRoom(socket, unanswered);
  };
  const connections = new Connections({ limits, isShared, known, close });
  server.prependListener(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    const refusal = connections.admit(socket);
    if (refusal) tell(refusal.status);
    if (refusal) endWith(socket, refusal);
    if (connections.open <= limits.connectionsPerAddress / 2) told = false;
  });
  if (tls) guardHandshakes(server, deps);
  return connections;
}

function guardHandshakes(server: http.Server | https.Server, { limits, proxies }: GuardConnectionsDeps): void {
  const inHandshake = new Map<string, Socket>();
  const handshakes = new Connections({
    limits,
    isShared: (address) => proxies.trusts(address),
    known: new WeakSet(),
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

/** The same for a connection and for what TLS makes of it, which does not name the connection. */
function nameOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}

/** Ends a stranger's connection: with words, unless an answer has begun, which they would fall into. */
function makeRoom(socket: Socket, unanswered: Unanswered): void {
  const waiting = unanswered.of(socket);
  if (waiting.some((response) => response.headersSent)) socket.destroy();
  else if (waiting.some(({ req }) => req.complete))
    endWith(socket, new HttpRefusal(503, 'too many connections are open', { 'Retry-After': '5' }));
  // Also on one that is idle: clients know a 408 there for the end of the connection (RFC 9110 §15.5.9).
  else endWith(socket, new HttpRefusal(408, 'no request arrived in time, and too many connections are open'));
}
