// Limits the number of open connections, in total and per address.
import type { Socket } from 'node:net';
import { toClientNetwork } from '../../domain/ip-address.ts';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/** Seconds for `Retry-After`: idle connections are closed within seconds. */
const retryAfter = { 'Retry-After': '5' };

/** Connections whose latest request had valid credentials. Authentication adds them; {@link ConnectionLimiter} removes them. */
export type AuthenticatedConnections = WeakSet<Socket>;

/** Dependencies of {@link ConnectionLimiter}. */
export interface ConnectionLimiterDeps {
  readonly limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  /** True for the address of a trusted proxy, which many clients share. */
  readonly isShared: (address: string) => boolean;
  readonly authenticated: Pick<AuthenticatedConnections, 'has' | 'delete'>;
  /** Closes a connection to make room. The connection no longer counts. */
  readonly close: (socket: Socket) => void;
}

/**
 * Limits the number of open connections, in total and per client network. A connection is authenticated if its latest request had valid
 * credentials. Above a limit, an unauthenticated connection is closed: the one with the oldest request in the network with the most
 * unauthenticated connections. Clients without credentials therefore cannot block clients with credentials. A new connection is refused,
 * and not counted, only if all connections are authenticated.
 */
export class ConnectionLimiter {
  readonly #deps: ConnectionLimiterDeps;
  /** The client network of each connection, in the order of the latest request, or of opening if there was no request. */
  readonly #networks = new Map<Socket, string>();

  constructor(deps: ConnectionLimiterDeps) {
    this.#deps = deps;
  }

  /** Number of open connections. */
  get open(): number {
    return this.#networks.size;
  }

  /** Counts a connection until it closes, and closes another if necessary. @returns the refusal of the connection, or `undefined`. */
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
   * Records the beginning of a request of `client`, an address: the connection is unauthenticated until valid credentials are found. A
   * client behind a proxy has the same limit of unauthenticated connections as an address.
   */
  requestStarted(socket: Socket, client: string): void {
    // The connection was refused, or was closed to make room.
    if (!this.#networks.delete(socket)) return;
    const { limits, isShared, authenticated } = this.#deps;
    authenticated.delete(socket);
    const network = toClientNetwork(client);
    // A proxy that does not send the client address does not count as a client.
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

  /** The connection to close: the first unauthenticated connection of the network with the most, or of the given network. */
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
