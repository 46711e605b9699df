// A problem of an expression, with its position.
import { DaemonError } from '../../domain/errors.ts';

/** A place in an expression: `offset` counts characters from 0, `line` and `column` from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** An expression cannot be compiled, or failed for one Person. The message says what, `hint` what to write instead. */
export class ExpressionProblem extends DaemonError {
  readonly position: Position;
  constructor(message: string, position: Position, options?: { readonly hint?: string | undefined; readonly cause?: unknown }) {
    super('expression', message, { cause: options?.cause, ...(options?.hint !== undefined && { hint: options.hint }) });
    this.position = position;
  }
}

/**
 * An expression ran well and says that no Record can be made as things stand: a value that is not in a table, a text that is no
 * date. The Person keeps what it has at the Target.
 */
export class HeldBack extends DaemonError {
  constructor(message: string, hint: string) {
    super('heldBack', message, { hint });
  }
}

/** The place of an offset in a text. */
export function toPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { offset, line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
