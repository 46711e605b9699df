// Error classes for everything outside SCIM, and functions that describe errors.
import { toOwnCommand } from './own-command.ts';

/** Options of every DaemonError: the hint, and the original error as cause. */
export interface DaemonErrorOptions extends ErrorOptions {
  readonly hint?: string;
}

/** Base class of all errors outside SCIM that are not bugs. `code` is stable: scripts can rely on it. */
export class DaemonError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  constructor(code: string, message: string, options?: DaemonErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.hint = options?.hint;
  }
}

/** A problem in one file. `line` and `column` count from 1; `path` is dotted (`server.scim.listen`), empty for the whole file. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /**
   * `check` exits with code 2 for a `problem`; for a `warning` (something is missing on this machine) or a `note`, only with `--strict`.
   */
  readonly level: 'problem' | 'warning' | 'note';
}

/** The site's files are invalid. Contains every problem, not only the first. */
export class ConfigProblems extends DaemonError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    const place = first === undefined ? [] : [first.file, first.path, first.message].filter((part) => part !== '');
    super('config', first === undefined ? 'the configuration has problems' : place.join(': '), {
      hint: `run: ${toOwnCommand('check')}`,
    });
    this.problems = problems;
  }
}

/** Options of the two errors that interrupt or end a Run. */
export interface TargetErrorOptions extends DaemonErrorOptions {
  /** Ids of the Deliveries that may have been sent before the error. Missing or empty: certainly none. */
  readonly mayHaveLeft?: readonly number[];
  /** Minimum wait before the next Attempt at this Target, in milliseconds (a `Retry-After` for the whole system). */
  readonly afterMs?: number;
}

/** The Target is unreachable or not working: its queue waits, and no Delivery is parked. */
export class TargetUnavailable extends DaemonError {
  readonly mayHaveLeft: readonly number[];
  readonly afterMs: number | undefined;
  constructor(message: string, options?: TargetErrorOptions) {
    super('targetUnavailable', message, options);
    this.mayHaveLeft = options?.mayHaveLeft ?? [];
    this.afterMs = options?.afterMs;
  }
}

/** The Target rejects the credentials. The engine calls `probe()` to verify this. */
export class TargetRefused extends DaemonError {
  readonly mayHaveLeft: readonly number[];
  constructor(message: string, options?: TargetErrorOptions) {
    super('targetRefused', message, options);
    this.mayHaveLeft = options?.mayHaveLeft ?? [];
  }
}

/** The store is not writable (disk full, file damaged or not from Vestibule). The daemon becomes read-only, and SCIM writes get 503. */
export class StoreError extends DaemonError {
  constructor(message: string, options?: DaemonErrorOptions) {
    super('store', message, options);
  }
}

/** A command requests something that is not possible in the current state (unknown Target, Target in the wrong state). */
export class CommandRefused extends DaemonError {
  constructor(message: string, options?: DaemonErrorOptions) {
    super('refused', message, options);
  }
}

/**
 * The message of a thrown value, in one or more lines. For an error without a message (Node throws one if no address of a host answers),
 * its code or name; for a value that is not an error, its text. Never empty, never throws.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return toText(error) || 'unknown error';
  const { message, code, name } = error as NodeJS.ErrnoException;
  return message || code || name || 'unknown error';
}

/** The message of a DaemonError, followed by its hint in parentheses if it has one. */
export function withHint({ message, hint }: DaemonError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function toText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return '';
  }
}
