// Converts daemon errors to the JSON error body of the admin API, and back.
import { CommandRefused, ConfigProblems, DaemonError, StoreError, type Problem } from '../domain/errors.ts';

/** The JSON body of an error. Only the code `config` has `problems`. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string; readonly problems?: readonly Problem[] };
}

/** The error body for a client. Details of a bug are only in the log. */
export function toErrorBody(error: unknown): ErrorBody {
  if (!(error instanceof DaemonError)) {
    return { error: { code: 'internal', message: 'internal error', hint: 'see the daemon log for details' } };
  }
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error instanceof ConfigProblems && { problems: error.problems }),
    },
  };
}

/**
 * Restores the error in the client: with the same class if commands depend on the class, otherwise as a `DaemonError` with the same code.
 */
export function fromErrorBody({ error }: ErrorBody): DaemonError {
  const options = error.hint === undefined ? {} : { hint: error.hint };
  switch (error.code) {
    case 'refused':
      return new CommandRefused(error.message, options);
    case 'config':
      return new ConfigProblems(error.problems ?? []);
    case 'store':
      return new StoreError(error.message, options);
    default:
      return new DaemonError(error.code, error.message, options);
  }
}
