import { BlockList, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import { HttpRefusal } from '../refusal.ts';
import type { Limits } from './limits.ts';

/** When to come back: connections that do nothing are gone within seconds. */
const retryAfter = { 'Retry-After': '5' };

/**
 * Counts open connections, in all and by address, and says when one is too many. One that is refused does not count: it ends at once.
 * `trusted` are proxies in front of us, as addresses and networks in CIDR notation: many clients come from each of them.
 */
export class Connections {
  readonly #limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>;
  readonly #trusted: BlockList;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>, trusted: readonly string[]) {
    this.#limits = limits;
    this.#trusted = toBlockList(trusted);
  }

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** Counts a connection until it closes. @returns why it is refused, else `undefined`. */
  admit(socket: Socket): HttpRefusal | undefined {
    const address = socket.remoteAddress ?? '';
    if (this.#open >= this.#limits.connections) return new HttpRefusal(503, 'too many connections are open', retryAfter);
    const counted = this.#isTrusted(address) ? undefined : toNetwork(address);
    const ofAddress = counted === undefined ? 0 : (this.#byAddress.get(counted) ?? 0);
    if (ofAddress >= this.#limits.connectionsPerAddress) {
      return new HttpRefusal(429, 'too many connections of your address are open', retryAfter);
    }
    this.#open += 1;
    if (counted !== undefined) this.#byAddress.set(counted, ofAddress + 1);
    socket.once('close', () => this.#forget(counted));
    return undefined;
  }

  #forget(counted: string | undefined): void {
    this.#open -= 1;
    if (counted === undefined) return;
    const left = (this.#byAddress.get(counted) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(counted, left);
    else this.#byAddress.delete(counted);
  }

  #isTrusted(address: string): boolean {
    const plain = withoutMapping(address);
    return plain !== '' && this.#trusted.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  }
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
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
