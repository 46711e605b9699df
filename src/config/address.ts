import { isIP } from 'node:net';

/** Where a listener listens. Port 0 lets the system choose. */
export interface ListenAddress {
  /** A host name or IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPv6]:PORT` or a port alone (then loopback); `undefined` when it is none of these. */
export function parseListen(text: string): ListenAddress | undefined {
  const parts = /^(?:\[(?<six>[^\]]+)\]:|(?<host>[^:[\]/\s]+):)?(?<port>\d{1,5})$/.exec(text.trim());
  const { six, host, port } = parts?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) return undefined;
  if (six !== undefined && isIP(six) !== 6) return undefined;
  return { host: six ?? host ?? '127.0.0.1', port: Number(port) };
}

/** True when only this machine can reach the address. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `HOST:PORT` again, with brackets where they are needed. */
export function showListen({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** True for an IP address or a network in CIDR notation (`172.18.0.0/16`). */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
