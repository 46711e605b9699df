// Compiles the expressions that read HTTP replies.
import { compileExpression } from '../../../mapping/expression/compile-expression.ts';
import { replyLanguage } from '../../../mapping/expression/language.ts';
import { ExpressionProblem, HeldBack } from '../../../mapping/expression/expression-problem.ts';
import type { Reply } from '../http-reply.ts';

/** Reads something from a reply, or from one item of it; `undefined` where it cannot be evaluated (a field that is not there). */
export type Read = (reply: Reply, item?: unknown) => unknown;

/**
 * Compiles a CEL expression over `status`, `headers` (names in lower case) and `body`, for `item` scope also over `item`.
 * @throws {ExpressionProblem} when it does not parse, names something unknown, or its types do not fit.
 */
export function compileRead(text: string, scope: 'reply' | 'item'): Read {
  const compiled = compileExpression(text, replyLanguage(), 'anything');
  assertScope(text, scope, compiled.reads);
  return (reply, item) => orUndefined(() => compiled.run(toInput(reply, item)));
}

/** Compiles a condition over a reply: true only where it evaluates to true. @throws {ExpressionProblem} as `compileRead`. */
export function compileCondition(text: string): (reply: Reply) => boolean {
  const compiled = compileExpression(text, replyLanguage(), 'condition');
  assertScope(text, 'reply', compiled.reads);
  return (reply) => orUndefined(() => compiled.run(toInput(reply, undefined))) === true;
}

/** A key or other text as the Target's JSON has it: a text, or a number as digits; `undefined` when empty or anything else. */
export function toKey(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toInput({ status, headers, body }: Reply, item: unknown) {
  return { status, headers, body, item };
}

function assertScope(text: string, scope: 'reply' | 'item', reads: ReadonlySet<string>): void {
  if (scope === 'item' || !reads.has('item')) return;
  const offset = text.search(/\bitem\b/);
  throw new ExpressionProblem('item is not available in this expression', { offset, line: 1, column: offset + 1 }, { hint: 'Use body.' });
}

/** An answer that lacks what an expression reads is no fault of the expression. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionProblem || error instanceof HeldBack) return undefined;
    throw error;
  }
}
