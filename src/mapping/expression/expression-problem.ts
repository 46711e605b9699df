// Errors of expressions: one for a faulty expression, one for a person without a result.
import { DaemonError } from '../../domain/errors.ts';

/** A position in an expression: `offset` in characters from 0, `line` and `column` from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** An expression does not compile, or failed for one Person. The message is the cause, `hint` the correction. */
export class ExpressionProblem extends DaemonError {
  readonly position: Position;
  constructor(message: string, position: Position, options?: { readonly hint?: string | undefined; readonly cause?: unknown }) {
    super('expression', message, { cause: options?.cause, ...(options?.hint !== undefined && { hint: options.hint }) });
    this.position = position;
  }
}

/**
 * A valid expression has no result for this Person: for example, a value is missing from a table, or a text is not a date. The Person has
 * no valid row, and the record at the Target stays unchanged.
 */
export class HeldBack extends DaemonError {
  constructor(message: string, hint: string) {
    super('heldBack', message, { hint });
  }
}

/** Converts an offset in a text to a position. */
export function toPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { offset, line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
