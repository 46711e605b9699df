// Limits the number of open connections, in total and per address.
import type { Socket } from 'node:net';
import { toClientNetwork } from '../../domain/ip-address.ts';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/** Seconds for `Retry-After`: idle connections are closed within seconds. */
const retryAfter = { 'Retry-After': '5' };

/** Connections whose latest request showed valid credentials: who checks these adds them, {@link ConnectionLimiter} takes them out again. */
export type AuthenticatedConnections = WeakSet<Socket>;

/** Dependencies of {@link ConnectionLimiter}. */
export interface ConnectionLimiterDeps {
  readonly limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  /** True for the address of a proxy in front of us: many clients come from it. */
  readonly isShared: (address: string) => boolean;
  readonly authenticated: Pick<AuthenticatedConnections, 'has' | 'delete'>;
  /** Ends a connection to make room. It no longer counts. */
  readonly close: (socket: Socket) => void;
}

/**
 * Limits the number of open connections, in total and per client network. A connection is authenticated when its latest request showed
 * valid credentials. Above a limit an unauthenticated one is closed: of the network that has the most of them, the one with the oldest
 * request. Clients without credentials therefore cannot block clients that have them. Only when every connection is authenticated is a new
 * one refused; it is not counted.
 */
export class ConnectionLimiter {
  readonly #deps: ConnectionLimiterDeps;
  /** Whose each is: a network, in the order of their latest requests, or openings where there was none. */
  readonly #networks = new Map<Socket, string>();

  constructor(deps: ConnectionLimiterDeps) {
    this.#deps = deps;
  }

  /** How many are open. */
  get open(): number {
    return this.#networks.size;
  }

  /** Counts a connection until it closes, and lets another make room for it where one can. @returns why it is refused, else `undefined`. */
  admit(socket: Socket): HttpRefusal | undefined {
    const { limits, isShared } = this.#deps;
    const address = socket.remoteAddress ?? '';
    const network = toClientNetwork(address);
    if (!isShared(address) && this.#countOf(network) >= limits.connectionsPerAddress && !this.#evictOne(network)) {
      return new HttpRefusal(429, 'Too many open connections from your address.', retryAfter);
    }
    if (this.open >= limits.connections && !this.#evictOne()) return new HttpRefusal(503, 'Too many open connections.', retryAfter);
    this.#networks.set(socket, network);
    socket.once('close', () => this.release(socket));
    return undefined;
  }

  /**
   * Notes that a request of `client`, an address, begins: the connection is unauthenticated until the request has shown credentials. A client
   * behind a proxy may have as many unauthenticated connections as an address.
   */
  requestStarted(socket: Socket, client: string): void {
    // The connection was refused, or was closed to make room.
    if (!this.#networks.delete(socket)) return;
    const { limits, isShared, authenticated } = this.#deps;
    authenticated.delete(socket);
    const network = toClientNetwork(client);
    // A proxy that does not say whose requests it passes on is not a client.
    if (!isShared(client) && this.#unauthenticatedOf(network) >= limits.connectionsPerAddress) this.#evictOne(network);
    this.#networks.set(socket, network);
  }

  /** Stops counting a connection. No effect if it is not counted. */
  release(socket: Socket): void {
    this.#networks.delete(socket);
  }

  #evictOne(network?: string): boolean {
    const socket = this.#findEvictable(network);
    if (socket === undefined) return false;
    this.release(socket);
    this.#deps.close(socket);
    return true;
  }

  /** Of the unauthenticated connections, or those of one network: the first of the network that has the most. */
  #findEvictable(network?: string): Socket | undefined {
    const found = new Map<string, { readonly first: Socket; count: number }>();
    let most: { readonly first: Socket; readonly count: number } | undefined;
    for (const [socket, whose] of this.#networks) {
      if ((network !== undefined && whose !== network) || this.#deps.authenticated.has(socket)) continue;
      const ofNetwork = found.get(whose) ?? { first: socket, count: 0 };
      ofNetwork.count += 1;
      found.set(whose, ofNetwork);
      if (most === undefined || ofNetwork.count > most.count) most = ofNetwork;
    }
    return most?.first;
  }

  #countOf(network: string): number {
    return this.#networks.values().reduce((count, whose) => (whose === network ? count + 1 : count), 0);
  }

  #unauthenticatedOf(network: string): number {
    return this.#networks
      .entries()
      .reduce((count, [socket, whose]) => (whose === network && !this.#deps.authenticated.has(socket) ? count + 1 : count), 0);
  }
}
