// Compiles one expression and checks its type.
import type { Environment } from '@marcbachmann/cel-js';
import { messageOf, type DaemonError } from '../../domain/errors.ts';
import { explainSyntax, findCurlyQuotes } from './explain-syntax.ts';
import { explainTypes, nameType } from './explain-types.ts';
import type { Language } from './language.ts';
import { ExpressionProblem, HeldBack, toPosition } from './expression-problem.ts';
import { resultKinds, toReported, type Results } from './expression-results.ts';
import { prepareExpression, type Reads } from './prepare-expression.ts';

/** Longer expressions are unreadable; a table or several conditions are clearer. */
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
 * @throws {ExpressionProblem} with the first fault and its position.
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
  if (!accepts(type)) throw new ExpressionProblem(`gives ${nameType(type)}, not ${expected}`, toPosition(text, 0), { hint: hints[wants] });
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

/** Only what the expression reads, without a prototype: nothing else can be reached. */
function toContext<Input>(input: Input, language: Language<Input>, reads: Reads): Readonly<Record<string, unknown>> {
  const context = Object.create(null) as Record<string, unknown>;
  for (const name of reads.names) context[name] = language.valueOf(input, name);
  return context;
}

/** What to write instead, by the required result type. */
const hints: Readonly<Record<keyof Results, string>> = {
  condition: 'Compare it with something, for example: department == "Sales"',
  value: 'Name one attribute of it, such as manager.email, or join a list: join(groups, ", ")',
  list: 'Use a list, such as groups, or split a text: department.split(",")',
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

/** What the library's errors carry; anything else that escapes from it (a deep recursion) becomes a problem too. */
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
