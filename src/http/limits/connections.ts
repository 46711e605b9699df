import { type Socket, isIPv6 } from 'node:net';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/** When to come back: connections that do nothing are gone within seconds. */
const retryAfter = { 'Retry-After': '5' };

/** Connections whose latest request showed valid credentials: who checks these adds them, {@link Connections} takes them out again. */
export type KnownConnections = WeakSet<Socket>;

/** What {@link Connections} works with. */
export interface ConnectionsDeps {
  readonly limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  /** True for the address of a proxy in front of us: many clients come from it. */
  readonly isShared: (address: string) => boolean;
  readonly known: Pick<KnownConnections, 'has' | 'delete'>;
  /** Ends a connection that makes room. It does not count any more. */
  readonly close: (socket: Socket) => void;
}

/**
 * Counts open connections, in all and by address. When one is too many, a stranger's makes room: of the network that has most of them, the
 * one that asked for nothing longest. A connection is known, and never closed for others, when its latest request showed valid credentials.
 * So nobody without credentials keeps those out who have them; only where all are known is a newcomer refused, and does not count.
 */
export class Connections {
  readonly #deps: ConnectionsDeps;
  /** Whose each is: a network, in the order of their latest requests, or openings where there was none. */
  readonly #networks = new Map<Socket, string>();

  constructor(deps: ConnectionsDeps) {
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
    const network = toNetwork(address);
    if (!isShared(address) && this.#countOf(network) >= limits.connectionsPerAddress && !this.#makeRoom(network)) {
      return new HttpRefusal(429, 'too many connections of your address are open', retryAfter);
    }
    if (this.open >= limits.connections && !this.#makeRoom()) return new HttpRefusal(503, 'too many connections are open', retryAfter);
    this.#networks.set(socket, network);
    socket.once('close', () => this.release(socket));
    return undefined;
  }

  /**
   * Notes that a request of `client`, an address, begins: it is a stranger's until somebody vouches for it. The strangers that one client
   * has behind a proxy are as many as those of an address.
   */
  begin(socket: Socket, client: string): void {
    // One that was refused, or has made room.
    if (!this.#networks.delete(socket)) return;
    const { limits, isShared, known } = this.#deps;
    known.delete(socket);
    const network = toNetwork(client);
    // A proxy that does not say whose requests it passes on is not a client.
    if (!isShared(client) && this.#strangersOf(network) >= limits.connectionsPerAddress) this.#makeRoom(network);
    this.#networks.set(socket, network);
  }

  /** Counts a connection no more. Harmless for one that is not counted. */
  release(socket: Socket): void {
    this.#networks.delete(socket);
  }

  #makeRoom(network?: string): boolean {
    const socket = this.#findLeastDeserving(network);
    if (socket === undefined) return false;
    this.release(socket);
    this.#deps.close(socket);
    return true;
  }

  /** Of the strangers, or those of one network: the first of the network that has most. */
  #findLeastDeserving(network?: string): Socket | undefined {
    const found = new Map<string, { readonly first: Socket; count: number }>();
    let most: { readonly first: Socket; readonly count: number } | undefined;
    for (const [socket, whose] of this.#networks) {
      if ((network !== undefined && whose !== network) || this.#deps.known.has(socket)) continue;
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

  #strangersOf(network: string): number {
    return this.#networks
      .entries()
      .reduce((count, [socket, whose]) => (whose === network && !this.#deps.known.has(socket) ? count + 1 : count), 0);
  }
}

/** An IPv4 address that came in at an IPv6 socket, as itself. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** What counts as one address: whoever has one of IPv6 has all of its /64. */
export function toNetwork(address: string): string {
  const plain = withoutMapping(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%', 1)[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...last];
  return groups.slice(0, 4).join(':');
}
