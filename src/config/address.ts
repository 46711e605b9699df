// Parses and prints the HOST:PORT of a listener.
import { bracketAddress, toUsualAddress } from '../domain/ip-address.ts';

/** The address of a listener. With port 0, the system chooses a port. */
export interface ListenAddress {
  /** A host name or IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`, `[IPv6]:PORT` or only a port (then on loopback); `undefined` for any other text. */
export function parseListen(text: string): ListenAddress | undefined {
  const parts = /^(?:\[(?<six>[^\]]+)\]:|(?<host>[^:[\]/\s]+):)?(?<port>\d{1,5})$/.exec(text.trim());
  const { six, host, port } = parts?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) return undefined;
  if (six !== undefined && !(six.includes(':') && toUsualAddress(six) !== undefined)) return undefined;
  return { host: six ?? host ?? '127.0.0.1', port: Number(port) };
}

/** Formats an address as `HOST:PORT`, with brackets for IPv6. */
export function showListen({ host, port }: ListenAddress): string {
  return `${bracketAddress(host)}:${port}`;
}
