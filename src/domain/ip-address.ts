// Parses and compares IP addresses and networks.
import ipaddr from 'ipaddr.js';

/** A network: an address and the length of its prefix in bits. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * The usual form of an IP address (RFC 5952), so that equal addresses are equal strings: an IPv4-mapped address of an IPv6 socket
 * (`::ffff:10.0.0.1`) becomes the IPv4 address, and the zone of an IPv6 address (`%eth0`) is removed. `undefined` for anything else,
 * including names.
 */
export function toUsualAddress(text: string): string | undefined {
  const address = parseAddress(text);
  return address && show(address);
}

/**
 * Parses an IP address, or a network in CIDR notation (`172.18.0.0/16`). A single address is a network of one address. `undefined` for
 * anything else.
 */
export function parseNetwork(text: string): Network | undefined {
  const [start = '', bits, ...rest] = text.split('/');
  const written = parseWritten(start);
  if (written === undefined || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const maxBits = written.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? maxBits : Number(bits);
  if (length > maxBits) return undefined;
  const address = withoutMapping(written);
  // The first 96 bits of an IPv4-mapped address are the prefix `::ffff:0:0`.
  if (address.kind() === written.kind()) return [address, length];
  return length < 96 ? [written, length] : [address, length - 96];
}

/** True if an address, in any form, belongs to a network. False for invalid addresses. */
export function isInNetwork(text: string, [start, bits]: Network): boolean {
  const address = parseAddress(text);
  return address?.kind() === start.kind() && address.match(start, bits);
}

/**
 * The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address, because one client usually has the whole /64.
 * Other strings are returned unchanged.
 */
export function toClientNetwork(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return text;
  if (address.kind() === 'ipv4') return show(address);
  return `${show(ipaddr.IPv6.networkAddressFromCIDR(`${show(address)}/64`))}/64`;
}

/** True for a name or address of the loopback interface, with or without brackets. */
export function isLoopback(text: string): boolean {
  const name = /^\[(?<inner>.*)\]$/.exec(text)?.groups?.['inner'] ?? text;
  return name.toLowerCase() === 'localhost' || parseAddress(name)?.range() === 'loopback';
}

/** Formats an address or name for a URL or before a port: IPv6 in brackets, anything else unchanged. */
export function bracketAddress(text: string): string {
  return text.includes(':') ? `[${text}]` : text;
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // Every request over IPv4 has an address of this form; parsing it as IPv6 takes ten times as long.
  const written = parseWritten(text.replace(/^::ffff:(?=[\d.]+$)/, ''));
  return written && withoutMapping(written);
}

/**
 * Accepts IPv4 only as four decimal numbers: the library also accepts forms such as 0x7f.1 and 010.0.0.1, which other programs parse as
 * other addresses.
 */
function parseWritten(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const [, bare = ''] = /^([^%]*:[^%]*)(?:%[\w.:-]+)?$/.exec(text) ?? [];
  const tail = bare.slice(bare.lastIndexOf(':') + 1);
  if (tail.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  try {
    return ipaddr.IPv6.parse(bare);
  } catch {
    return undefined;
  }
}

function withoutMapping(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function show(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}
