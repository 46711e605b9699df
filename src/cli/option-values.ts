// Parses the values of command line options.
import { InvalidArgumentError } from 'commander';
import { parseListen } from '../config/address.ts';
import { durationText } from '../config/schemas/setting-quantities.ts';

/** Parses a whole number, 0 or more. @throws {InvalidArgumentError} which Commander reports with the name of the option. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** Parses a whole number, 1 or more. @throws {InvalidArgumentError} */
export function readPositive(text: string): number {
  const number = readCount(text);
  if (number === 0) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return number;
}

/** The same limit as in the admin API. */
const maxLabelCharacters = 200;

/** Checks the label of a token, 1 to 200 characters. @throws {InvalidArgumentError} */
export function readLabel(text: string): string {
  if (text.trim() === '' || text.length > maxLabelCharacters)
    throw new InvalidArgumentError(`Expected 1 to ${maxLabelCharacters} characters.`);
  return text;
}

/** Parses a duration such as `180d`, `12h` or `30m` to milliseconds, more than 0. @throws {InvalidArgumentError} */
export function readDuration(text: string): number {
  const { data: ms = 0 } = durationText.safeParse(text);
  if (ms === 0) throw new InvalidArgumentError('Expected a duration such as 180d, 12h or 30m.');
  return ms;
}

/** Parses a duration, or `never`. @throws {InvalidArgumentError} */
export function readExpiry(text: string): number | 'never' {
  return text === 'never' ? text : readDuration(text);
}

/** Checks an address to listen on; returns it as written. @throws {InvalidArgumentError} */
export function readListen(text: string): string {
  if (parseListen(text) === undefined) {
    throw new InvalidArgumentError('Expected HOST:PORT, e.g. 127.0.0.1:8080 or [::1]:8080; port 0 selects a free port.');
  }
  return text;
}
