// The error classes of the daemon.
import { toOwnCommand } from './own-command.ts';

/** Options of every DaemonError: the hint, and the original error as cause. */
export interface DaemonErrorOptions extends ErrorOptions {
  readonly hint?: string;
}

/** Family of everything that goes wrong outside SCIM and is not a bug. `code` is stable: scripts may rely on it. */
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
  /** `problem` ends `check` with exit code 2; `warning` (this machine lacks something) and `note` only with `--strict`. */
  readonly level: 'problem' | 'warning' | 'note';
}

/** The site's files cannot be used. Lists every problem, never only the first. */
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

/** Options of the two errors that steer a Run. */
export interface TargetErrorOptions extends DaemonErrorOptions {
  /** Deliveries whose bytes may have left before this happened. Missing or empty: certainly none. */
  readonly mayHaveLeft?: readonly number[];
  /** Not before this many milliseconds should anyone try again (a `Retry-After` of the whole system). */
  readonly afterMs?: number;
}

/** The Target cannot be reached or does not work: its queue waits, and no person is parked. */
export class TargetUnavailable extends DaemonError {
  readonly mayHaveLeft: readonly number[];
  readonly afterMs: number | undefined;
  constructor(message: string, options?: TargetErrorOptions) {
    super('targetUnavailable', message, options);
    this.mayHaveLeft = options?.mayHaveLeft ?? [];
    this.afterMs = options?.afterMs;
  }
}

/** The Target rejects the credentials. The engine asks `probe()` before it believes so. */
export class TargetRefused extends DaemonError {
  readonly mayHaveLeft: readonly number[];
  constructor(message: string, options?: TargetErrorOptions) {
    super('targetRefused', message, options);
    this.mayHaveLeft = options?.mayHaveLeft ?? [];
  }
}

/** The store cannot be written (disk full, file damaged, not ours): the daemon becomes read-only and SCIM writes get 503. */
export class StoreError extends DaemonError {
  constructor(message: string, options?: DaemonErrorOptions) {
    super('store', message, options);
  }
}

/** A command asks for something that is not possible in the present state (an unknown Target, a Target in the wrong state). */
export class CommandRefused extends DaemonError {
  constructor(message: string, options?: DaemonErrorOptions) {
    super('refused', message, options);
  }
}

/**
 * The message of a thrown value, in one or more lines. An error without a message (Node throws one if no address of a name answers) gives its
 * code or name; a value that is not an error gives its text. Never empty, never throws.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return toText(error) || 'unknown error';
  const { message, code, name } = error as NodeJS.ErrnoException;
  return message || code || name || 'unknown error';
}

/** The message of an error of ours, with its hint in brackets where it has one. */
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
