// The logger interface.
/** Fields of a log line: ids, counts, durations in `ms`; never names, addresses or secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The logger interface; `app.ts` creates the logger. Messages are short and constant; facts are fields. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

/** A logger without output: for commands that print their own result. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
