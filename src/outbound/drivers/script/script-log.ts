// Logs the output of a script, shortened and redacted.
import { stripVTControlCharacters } from 'node:util';
import type { Logger } from '../../../domain/logger.ts';
import { openRedactor } from '../../../domain/redactor.ts';

/** Max length of a logged line, and max number of lines per request, so that a script that prints in a loop cannot fill the disk. */
const maxLineLength = 500;
const maxLines = 100;

/** Number of lines of standard error that are kept for display: enough for a stack trace and the lines before it. */
const keptLines = 20;

/** Logs the output of a script, without secrets and without the values of the people in the request, up to a limit. */
export class ScriptLog {
  readonly #log: Logger;
  readonly #secrets: readonly string[];
  #redact: (text: string) => string;
  #lines = 0;
  #errors: readonly string[] = [];

  constructor(log: Logger, secrets: readonly string[]) {
    this.#log = log;
    this.#secrets = secrets;
    this.#redact = openRedactor(secrets);
  }

  /** The last line of standard error, redacted and truncated; empty if there was none. */
  get lastError(): string {
    return this.#errors.at(-1) ?? '';
  }

  /** The last lines of standard error, at most 20, redacted and truncated, oldest first. */
  get lastErrors(): readonly string[] {
    return this.#errors;
  }

  /** Starts a request. `values` are the values of its people, which are redacted. */
  begin(values: readonly string[]): void {
    this.#endCount();
    this.#redact = openRedactor([...this.#secrets, ...values]);
  }

  /** A text of the script without secrets and without the values of the request. */
  clean(text: string): string {
    return this.#redact(text);
  }

  /** Logs one line: standard error as `info`, because it is for operators; standard output as `debug`. */
  say(stream: 'stdout' | 'stderr', text: string): void {
    // PowerShell writes colour codes to pipes: docs/platform-facts.md#colour-codes
    const line = this.#redact(stripVTControlCharacters(text)).slice(0, maxLineLength).trim();
    if (line === '') return;
    if (stream === 'stderr') this.#errors = [...this.#errors, line].slice(-keptLines);
    this.#lines += 1;
    if (this.#lines > maxLines) return;
    if (stream === 'stderr') this.#log.info({ stream, line }, 'script output');
    else this.#log.debug({ stream, line }, 'script output');
  }

  #endCount(): void {
    const more = this.#lines - maxLines;
    this.#lines = 0;
    if (more > 0) this.#log.info({ lines: more }, 'script output truncated');
  }
}
