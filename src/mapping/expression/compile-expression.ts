// Compiles one expression and checks its type.
import type { Environment } from '@marcbachmann/cel-js';
import { messageOf, type DaemonError } from '../../domain/errors.ts';
import { explainSyntax, findCurlyQuotes } from './explain-syntax.ts';
import { explainTypes, nameType } from './explain-types.ts';
import type { Language } from './language.ts';
import { ExpressionProblem, HeldBack, toPosition } from './expression-problem.ts';
import { resultKinds, toReported, type Results } from './expression-results.ts';
import { prepareExpression, type Reads } from './prepare-expression.ts';

/** Max length: longer expressions are unreadable, and a table or several conditions are clearer. */
const maxCharacters = 2_000;

/** A compiled expression. It has no state: the same input has the same result. */
export interface Compiled<Input, Result> {
  readonly text: string;
  /** Names of the view that the expression reads. */
  readonly reads: ReadonlySet<string>;
  /** Groups that a literal `memberOf` names, as written. */
  readonly groups: ReadonlySet<string>;
  /**
   * @throws {HeldBack} if the values allow no result (a text that is not in a table); {ExpressionProblem} if the expression fails for this
   * input (an index out of range). Throws nothing else.
   */
  run(input: Input): Result;
  /** The values that the expression reads, by name, as JSON values, for `why`. */
  values(input: Input): Readonly<Record<string, unknown>>;
}

/**
 * Compiles an expression and checks its syntax, names, functions and types against `language`. `wants` is the required kind of result: a
 * `condition`, the `value` of a field, a `list` of strings, or `anything` (a value from a reply).
 * @throws {ExpressionProblem} for the first error, with its position.
 */
export function compileExpression<Input, Wants extends keyof Results>(
  text: string,
  language: Language<Input>,
  wants: Wants,
): Compiled<Input, Results[Wants]> {
  if (text.trim() === '')
    throw new ExpressionProblem('the expression is empty', toPosition(text, 0), { hint: 'Write an attribute, such as email.' });
  if (text.length > maxCharacters)
    throw new ExpressionProblem(`the expression is longer than ${maxCharacters} characters`, toPosition(text, maxCharacters), {
      hint: 'Use a table, or several conditions.',
    });
  const parsed = parse(text, language);
  const reads = translating(text, language, () => prepareExpression(parsed.ast, language, wants));
  const checked = parsed.check();
  if (!checked.valid) throw toProblem(text, language, checked.error);
  const { accepts, expected, convert } = resultKinds[wants];
  const type = checked.type ?? 'dyn';
  if (!accepts(type))
    throw new ExpressionProblem(`returns ${nameType(type)}, not ${expected}`, toPosition(text, 0), { hint: hints[wants] });
  return {
    text,
    reads: reads.names,
    groups: reads.groups,
    run: (input) => translating(text, language, () => convert(evaluate(parsed, toContext(input, language, reads)))),
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

/** Contains only the names that the expression reads, and has no prototype, so that the expression can access nothing else. */
function toContext<Input>(input: Input, language: Language<Input>, reads: Reads): Readonly<Record<string, unknown>> {
  const context = Object.create(null) as Record<string, unknown>;
  for (const name of reads.names) context[name] = language.valueOf(input, name);
  return context;
}

/** The hint for a wrong result type, by the required type. */
const hints: Readonly<Record<keyof Results, string>> = {
  condition: 'Compare it with a value, for example: department == "Sales"',
  value: 'Use one of its attributes, such as manager.email, or join a list: join(groups, ", ")',
  list: 'Use a list, such as groups, or split text: department.split(",")',
  anything: '',
};

function parse(text: string, { environment, names }: Language<never>): Parsed {
  const curly = findCurlyQuotes(text);
  if (curly !== undefined) throw new ExpressionProblem(curly.message, toPosition(text, curly.offset), { hint: curly.hint });
  try {
    return environment.parse(text);
  } catch (error) {
    const { code = '', summary, range } = readLibraryError(error);
    const { offset, message, hint } = explainSyntax(text, { code, said: summary, offset: range?.start ?? 0, names });
    throw new ExpressionProblem(message, toPosition(text, offset), { hint, cause: error });
  }
}

function translating<T>(text: string, language: Language<never>, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof HeldBack || error instanceof ExpressionProblem) throw error;
    throw toProblem(text, language, error);
  }
}

/**
 * The properties of an error of the CEL library. Other errors that it throws (such as a stack overflow) also become an ExpressionProblem.
 */
interface LibraryError {
  readonly code?: string;
  readonly summary: string;
  readonly range?: { readonly start: number };
}

function readLibraryError(error: unknown): LibraryError {
  const { code, summary, range } = (error instanceof Error ? error : {}) as Partial<LibraryError>;
  return {
    summary: summary ?? messageOf(error),
    ...(typeof code === 'string' && { code }),
    ...(range !== undefined && { range }),
  };
}

function toProblem(text: string, { functions }: Language<never>, error: unknown): DaemonError {
  const { summary, range } = readLibraryError(error);
  const { message, hint } = explainTypes(summary, text, functions);
  return new ExpressionProblem(message, toPosition(text, range?.start ?? 0), { hint, cause: error });
}
