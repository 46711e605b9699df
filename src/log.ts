// Creates the daemon's logger, which writes JSON lines without secrets.
import { destination, pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { LogFields, Logger } from './domain/logger.ts';

/** The log level: messages below it are discarded. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Options of {@link createLogger}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Gets each line as JSON with its line end; standard output when missing. */
  readonly destination?: DestinationStream;
  /** The present resolved secrets; called for every line, because the files are read again while the daemon runs. */
  readonly secrets: () => readonly string[];
}

/** Stands where a secret stood. */
const mask = '[secret]';

/** A shorter secret hides only texts that are equal to it: replaced inside texts it would make every line unreadable. */
const minCharactersInside = 4;

/** Max depth of logged data: stops at cyclic causes and very deep nesting. */
const deepest = 8;

/**
 * Credentials that are recognised by their form: what stands in an `Authorization` header, our own tokens, and JWTs. A word of up to 20
 * letters after `Bearer` is a word ("Bearer authentication failed", "the word Bearer twice."), and so is a parameter of a challenge (`Bearer realm="x"`).
 */
const credentials = /\b(Bearer|Basic)\s+(?![a-z-]{1,20}\.?(?![\w.~+/=-])|\w{1,40}=")[\w.~+/=-]+|\bvs[at]_[\w.-]+|\beyJ[\w.-]+/gi;

/**
 * The log: one JSON line per fact, with an ISO time and the level as a word. No text of a line, in whatever depth, error or field
 * name, holds a secret: resolved secrets, `Bearer …`, `Basic …` and our own tokens are replaced by `[secret]`.
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

/** Fields of a child are cleaned with every line, not once: a secret may be resolved after the child was made. */
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

/** Logs the fields of our errors (code, hint), but not those of foreign errors, which can contain large objects. */
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
