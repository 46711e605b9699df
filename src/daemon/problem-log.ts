// Logs problems of configuration files once per change.
import type { Problem } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';

/** Writes the problems and warnings of configuration files to the log: once when they appear, and again when their file has changed. */
export class ProblemLog {
  readonly #log: Logger;
  /** The last logged problems of each file. */
  #logged: ReadonlyMap<string, string> = new Map();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes all present problems; those of a file in `changed` are logged even if they are the same as before. */
  log(problems: readonly Problem[], changed: ReadonlySet<string> = new Set()): void {
    const logged = new Map<string, string>();
    for (const [file, found] of Map.groupBy(problems, ({ file }) => file)) {
      const text = JSON.stringify(found);
      logged.set(file, text);
      if (changed.has(file) || this.#logged.get(file) !== text) found.forEach((problem) => this.#tell(problem));
    }
    this.#logged = logged;
  }

  #tell({ level, file, line, path, message, hint }: Problem): void {
    const place = { file, ...(line !== undefined && { line }), path };
    const way = hint === undefined ? {} : { hint };
    if (level === 'problem') this.#log.error({ ...place, problem: message, ...way }, 'invalid file: the previous settings stay in force');
    if (level === 'warning') this.#log.warn({ ...place, warning: message, ...way }, 'file has a warning');
  }
}
