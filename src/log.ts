// Creates the daemon's logger, which writes JSON lines without secrets.
import { destination, pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { LogFields, Logger } from './domain/logger.ts';

/** The log level: messages below it are discarded. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Options of {@link createLogger}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Receives each line as JSON with its line end; default: standard output. */
  readonly destination?: DestinationStream;
  /** The currently resolved secrets. Called for every line, because the files are read again while the daemon is running. */
  readonly secrets: () => readonly string[];
}

/** Replaces a secret. */
const mask = '[secret]';

/** A shorter secret is replaced only if the whole text is equal: replacing it inside strings would make every line unreadable. */
const minCharactersInside = 4;

/** Max depth of logged data: stops at cyclic causes and very deep nesting. */
const deepest = 8;

/**
 * Matches credentials by their form: the value of an `Authorization` header, Vestibule's tokens, and JWTs. Does not match a word of up to
 * 20 letters after `Bearer` ("Bearer authentication failed", "the word Bearer twice."), or a parameter of a challenge (`Bearer realm="x"`).
 */
const credentials = /\b(Bearer|Basic)\s+(?![a-z-]{1,20}\.?(?![\w.~+/=-])|\w{1,40}=")[\w.~+/=-]+|\bvs[at]_[\w.-]+|\beyJ[\w.-]+/gi;

/**
 * Creates a logger with one JSON line per fact, with an ISO time and the level as a word. No text in a line contains a secret, at any
 * depth, also not in errors and field names: resolved secrets, `Bearer …`, `Basic …` and Vestibule's tokens are replaced by `[secret]`.
 */
export function createLogger(options: LogOptions): Logger {
  const sink = options.destination ?? destination({ dest: 1, sync: true });
  const lines = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    sink,
  );
  return toLogger(lines, {}, options.secrets);
}

/** Redacts the fields of a child for every line, not once, because a secret may be resolved after the child was created. */
function toLogger(lines: Pino, bound: LogFields, secrets: LogOptions['secrets']): Logger {
  const say = (level: LogLevel) => (fields: LogFields, message: string) => {
    if (!lines.isLevelEnabled(level)) return;
    const hide = hider(secrets());
    lines[level](clean({ ...bound, ...fields }, hide, 0), hide(message));
  };
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => toLogger(lines, { ...bound, ...fields }, secrets),
  };
}

/** Longest first, so that a secret that contains another secret is replaced as a whole. */
function hider(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => {
    if (known.includes(text)) return mask;
    const hidden = known
      .filter((secret) => secret.length >= minCharactersInside)
      .reduce((rest, secret) => rest.replaceAll(secret, mask), text);
    return hidden.replace(credentials, (_found, scheme: string | undefined) => (scheme === undefined ? mask : `${scheme} ${mask}`));
  };
}

function clean(value: unknown, hide: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'bigint') return hide(String(value));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.map((item) => clean(item, hide, depth + 1));
  const parts = value instanceof Error ? partsOf(value) : value;
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [hide(name), clean(part, hide, depth + 1)]));
}

/** The logged fields of an error: code and hint of our errors, but no fields of foreign errors, which can contain large objects. */
function partsOf(error: Error): Readonly<Record<string, unknown>> {
  const { code, hint } = error as Error & { readonly code?: unknown; readonly hint?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    ...(hint !== undefined && { hint }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: error.cause }),
  };
}
