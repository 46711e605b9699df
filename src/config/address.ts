// Parses and prints the HOST:PORT of a listener.
import { bracketAddress, toUsualAddress } from '../domain/ip-address.ts';

/** Where a listener listens. Port 0 lets the system choose. */
export interface ListenAddress {
  /** A host name or IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPv6]:PORT` or a port alone (then loopback); `undefined` for any other text. */
export function parseListen(text: string): ListenAddress | undefined {
  const parts = /^(?:\[(?<six>[^\]]+)\]:|(?<host>[^:[\]/\s]+):)?(?<port>\d{1,5})$/.exec(text.trim());
  const { six, host, port } = parts?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) return undefined;
  if (six !== undefined && !(six.includes(':') && toUsualAddress(six) !== undefined)) return undefined;
  return { host: six ?? host ?? '127.0.0.1', port: Number(port) };
}

/** `HOST:PORT` again, with brackets where they are needed. */
export function showListen({ host, port }: ListenAddress): string {
  return `${bracketAddress(host)}:${port}`;
}
