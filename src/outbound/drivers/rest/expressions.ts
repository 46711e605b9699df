// Compiles the CEL expressions that read values from HTTP replies.
import { compileExpression } from '../../../mapping/expression/compile-expression.ts';
import { replyLanguage } from '../../../mapping/expression/language.ts';
import { ExpressionProblem, HeldBack } from '../../../mapping/expression/expression-problem.ts';
import type { Reply } from '../http-reply.ts';

/**
 * Reads a value from a reply, or from one item of it; `undefined` if the expression cannot be evaluated, for example because a field is
 * missing.
 */
export type Read = (reply: Reply, item?: unknown) => unknown;

/**
 * Compiles a CEL expression over `status`, `headers` (names in lower case) and `body`; with scope `item` also over `item`.
 * @throws {ExpressionProblem} if it does not parse, contains an unknown name, or its types do not match.
 */
export function compileRead(text: string, scope: 'reply' | 'item'): Read {
  const compiled = compileExpression(text, replyLanguage(), 'anything');
  assertScope(text, scope, compiled.reads);
  return (reply, item) => orUndefined(() => compiled.run(toInput(reply, item)));
}

/**
 * Compiles a condition over a reply. The condition is false if it cannot be evaluated.
 * @throws {ExpressionProblem} as `compileRead` does.
 */
export function compileCondition(text: string): (reply: Reply) => boolean {
  const compiled = compileExpression(text, replyLanguage(), 'condition');
  assertScope(text, 'reply', compiled.reads);
  return (reply) => orUndefined(() => compiled.run(toInput(reply, undefined))) === true;
}

/** Converts a key in the Target's JSON to text: a string, or the digits of a number. `undefined` if it is empty or has another type. */
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

/** Returns `undefined` if the reply lacks a field that the expression reads. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionProblem || error instanceof HeldBack) return undefined;
    throw error;
  }
}
