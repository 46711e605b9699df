import type { Environment } from '@marcbachmann/cel-js';
import { messageOf, type DaemonError } from '../../domain/errors.ts';
import { type Language, linearMatches } from './language.ts';
import { ExpressionProblem, HeldBack, toPosition } from './problem.ts';
import { resultKinds, toReported, type Results } from './results.ts';
import { prepare, type Reads } from './syntax.ts';

/** Longer expressions are not read by anybody; a table or several conditions say the same better. */
const maxCharacters = 2_000;

/** An expression, ready to be run as often as wanted. Has no state: the same input gives the same result. */
export interface Compiled<Input, Result> {
  readonly text: string;
  /** Names of the view that it reads. */
  readonly reads: ReadonlySet<string>;
  /** Groups that a literal `memberOf` names, as written. */
  readonly groups: ReadonlySet<string>;
  /**
   * @throws {HeldBack} when the values allow no result (a text that is not in a table); {ExpressionProblem} when the expression
   * itself fails for this input (an index that is not there). Nothing else.
   */
  run(input: Input): Result;
  /** The values that it read, by name, such as JSON can carry: for the explanation. */
  values(input: Input): Readonly<Record<string, unknown>>;
}

/**
 * Compiles an expression: syntax, names, functions and types are checked now, against `language`. `wants` says what it has to give:
 * a `condition`, the `value` of a field, a `list` of texts, or `anything` (what a reply holds).
 * @throws {ExpressionProblem} naming the first thing that is wrong, and where.
 */
export function compileExpression<Input, Wants extends keyof Results>(
  text: string,
  language: Language<Input>,
  wants: Wants,
): Compiled<Input, Results[Wants]> {
  if (text.trim() === '') throw new ExpressionProblem('the expression is empty', toPosition(text, 0));
  if (text.length > maxCharacters) throw new ExpressionProblem(`longer than ${maxCharacters} characters`, toPosition(text, maxCharacters));
  const parsed = translating(text, () => language.environment.parse(text));
  const reads = translating(text, () => prepare(parsed.ast, language));
  const checked = parsed.check();
  if (!checked.valid) throw toProblem(text, checked.error);
  const { accepts, expected, convert } = resultKinds[wants];
  const type = checked.type ?? 'dyn';
  if (!accepts(type)) throw new ExpressionProblem(`gives ${describeType(type)}, not ${expected}`, toPosition(text, 0));
  return {
    text,
    reads: reads.names,
    groups: reads.groups,
    run: (input) => translating(text, () => convert(evaluate(parsed, toContext(input, language, reads)))),
    values: (input) => {
      const { groupIds: _groupIds, ...values } = toContext(input, language, reads);
      return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toReported(value)]));
    },
  };
}

type Parsed = ReturnType<Environment['parse']>;

function evaluate(parsed: Parsed, context: Readonly<Record<string, unknown>>): unknown {
  return parsed(context) as unknown;
}

/** Only what the expression reads, without a prototype: nothing else can be reached. */
function toContext<Input>(input: Input, language: Language<Input>, reads: Reads): Readonly<Record<string, unknown>> {
  const context = Object.create(null) as Record<string, unknown>;
  for (const name of reads.names) context[name] = language.valueOf(input, name);
  return context;
}

function translating<T>(text: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof HeldBack || error instanceof ExpressionProblem) throw error;
    throw toProblem(text, error);
  }
}

/** What the library's errors carry; anything else that escapes from it (a deep recursion) becomes a problem too. */
interface LibraryError {
  readonly summary?: string;
  readonly range?: { readonly start: number };
}

function toProblem(text: string, error: unknown): DaemonError {
  const { summary, range } = (error instanceof Error ? error : {}) as LibraryError;
  const message = summary ?? messageOf(error);
  return new ExpressionProblem(reword(message), toPosition(text, range?.start ?? 0), { cause: error });
}

/** The library's words in ours, as far as a technician would stumble over them. */
function reword(message: string): string {
  const [first = ''] = message.split('\n');
  return first
    .replaceAll(linearMatches, 'matches')
    .replace(/^found no matching overload for '(.*)'$/, 'no function takes these values: $1')
    .replace(/^no such overload: (.*)$/, 'these cannot be put together: $1')
    .replace(/^No such key: (.*)$/, 'there is no $1')
    .replace(/^Unexpected token: EOF$/, 'the expression ends too early')
    .replace(/^Exceeded max\w+ \((\d+)\)$/, 'too long or too deeply nested (limit $1)');
}

function describeType(type: string): string {
  if (type === 'bool') return 'true or false';
  if (type === 'string') return 'a text';
  if (type === 'int' || type === 'double' || type === 'uint') return 'a number';
  return type.startsWith('list') ? 'a list' : `a value of type ${type}`;
}
