import { InvalidArgumentError } from 'commander';

/** A whole number from 0 on, as the value of an option. @throws {InvalidArgumentError} which commander reports with the option's name. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(text);
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `180d`, `12h` or `30m`, in milliseconds; at least one unit. @throws {InvalidArgumentError} */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) throw new InvalidArgumentError('a duration such as 180d, 12h or 30m is expected.');
  return Number(amount) * (unitMs[unit] ?? 0);
}

/** HOST:PORT of a listener, as written; an IPv6 address stands in brackets. @throws {InvalidArgumentError} */
export function parseListen(text: string): string {
  const [, host, port] = /^(\[[\da-fA-F:.]+\]|[^:[\]\s]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('HOST:PORT is expected, such as 127.0.0.1:8080 or [::1]:8080; port 0 takes a free one.');
  }
  return text;
}
