// Reads the client address from `X-Forwarded-For` of trusted proxies.
import type { IncomingMessage } from 'node:http';
import { isInNetwork, parseNetwork, toUsualAddress, type Network } from '../domain/ip-address.ts';

/**
 * The proxies with trusted `X-Forwarded-…` headers. Headers from all other clients are ignored, because any client can write them.
 * `trusted` are addresses and networks in CIDR notation, validated by the configuration.
 */
export class TrustedProxies {
  readonly #networks: readonly Network[];

  constructor(trusted: readonly string[]) {
    this.#networks = trusted.map(parseNetwork).filter((network) => network !== undefined);
  }

  /**
   * The client address of a request, in its usual form; empty if the connection is closed. Reads `X-Forwarded-For` from the end, where the
   * nearest proxy writes, as long as the writing proxy is trusted and the address is valid.
   */
  clientAddressOf({ socket, headers }: IncomingMessage): string {
    let client = toUsualAddress(socket.remoteAddress ?? '') ?? '';
    if (!this.trusts(client)) return client;
    for (const written of readList(headers['x-forwarded-for']).toReversed()) {
      const address = parseAddress(written);
      if (address === undefined) return client;
      client = address;
      if (!this.trusts(client)) return client;
    }
    return client;
  }

  /**
   * The scheme and host that the client used, such as `https://hosts.contoso.com`, as the proxy reports them; `undefined` without a trusted
   * proxy. Of several values, the first is used, which the outermost proxy wrote. Only links in this response depend on it.
   */
  originOf({ socket, headers }: IncomingMessage): string | undefined {
    if (!this.trusts(socket.remoteAddress ?? '')) return undefined;
    const [scheme] = readList(headers['x-forwarded-proto']);
    const [host] = readList(headers['x-forwarded-host']);
    if (scheme === undefined || host === undefined) return undefined;
    const origin = `${scheme.toLowerCase()}://${host.toLowerCase()}`;
    if (!/^https?:\/\/[a-z0-9.:[\]-]{1,253}$/.test(origin) || !URL.canParse(origin)) return undefined;
    return origin;
  }

  /** True if a connection with this address comes from a trusted proxy. */
  trusts(address: string): boolean {
    return this.#networks.some((network) => isInNetwork(address, network));
  }
}

function readList(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header?.join(',') ?? '');
  return text === '' ? [] : text.split(',').map((one) => one.trim());
}

/** An address as proxies write it, with or without a port (docs/platform-facts.md#addresses-with-a-port). */
function parseAddress(written: string): string | undefined {
  const parts = /^(?:\[(?<six>[0-9a-f:.]+)\](?::\d{1,5})?|(?<four>\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/i.exec(written)?.groups;
  const bare = parts?.['six'] ?? parts?.['four'] ?? written;
  return toUsualAddress(bare);
}
