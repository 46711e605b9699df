// Compiles a Scope to a function that evaluates its conditions for a PersonView.
import type { PersonView } from '../domain/person-view.ts';
import type { ScopeRule } from '../domain/target.ts';
import { compileExpression, type Compiled } from './expression/compile-expression.ts';
import type { Language, Subject } from './expression/language.ts';
import { ExpressionProblem, HeldBack } from './expression/expression-problem.ts';

/** The result of one condition for one Person. */
export interface ConditionResult {
  readonly name: string;
  readonly rule: string;
  /** Also false if the condition could not be evaluated: see `unjudged` of ScopeResult. */
  readonly holds: boolean;
  /** The values that the condition read, by name, for `why`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The result of a Scope for one Person. */
export interface ScopeResult {
  /**
   * False only if a condition is false. If a condition could not be evaluated, the Person is neither in Scope nor out of Scope: `holds` is
   * true, so that the Person does not become a Leaver, and `unjudged` is the reason why the Person has no valid row.
   */
  readonly holds: boolean;
  readonly conditions: readonly ConditionResult[];
  /** Name of the first condition that is false, in the order of the file. */
  readonly firstFailing?: string;
  /** Set if the first condition that is not true could not be evaluated: the reason. */
  readonly unjudged?: string;
}

/** The compiled Scope of one Target. */
export interface CompiledScope {
  /** Names of the PersonView that the conditions read. */
  readonly reads: ReadonlySet<string>;
  /** Groups that literal `memberOf` calls name. */
  readonly groups: ReadonlySet<string>;
  /** Never throws. */
  judge(view: PersonView): ScopeResult;
}

/**
 * Compiles the conditions of a Scope. Without conditions, everyone is in Scope.
 * @throws {ExpressionProblem} for the first condition that does not compile.
 */
export function compileScope(rules: readonly ScopeRule[], language: Language<Subject>): CompiledScope {
  const conditions = rules.map((rule): Condition => ({ rule, compiled: compileExpression(rule.rule, language, 'condition') }));
  return {
    reads: new Set(conditions.flatMap(({ compiled }) => [...compiled.reads])),
    groups: new Set(conditions.flatMap(({ compiled }) => [...compiled.groups])),
    judge: (view) => judge(conditions, view),
  };
}

interface Condition {
  readonly rule: ScopeRule;
  readonly compiled: Compiled<Subject, boolean>;
}

function judge(conditions: readonly Condition[], view: PersonView): ScopeResult {
  const results = conditions.map(({ rule, compiled }) => ({ rule, compiled, ...attempt(compiled, view) }));
  // The first condition in the file decides: a later false condition must not make the person a Leaver with other steps.
  const first = results.find((result) => !result.holds);
  return {
    holds: first === undefined || first.trouble !== undefined,
    conditions: results.map(({ rule, compiled, holds }) => ({
      name: rule.name,
      rule: rule.rule,
      holds,
      values: compiled.values({ view }),
    })),
    ...(first !== undefined && first.trouble === undefined && { firstFailing: first.rule.name }),
    ...(first?.trouble !== undefined && { unjudged: `scope "${first.rule.name}": ${first.trouble}` }),
  };
}

function attempt(compiled: Compiled<Subject, boolean>, view: PersonView): { readonly holds: boolean; readonly trouble?: string } {
  try {
    return { holds: compiled.run({ view }) };
  } catch (error) {
    if (error instanceof HeldBack || error instanceof ExpressionProblem) return { holds: false, trouble: explainTrouble(error) };
    throw error;
  }
}

/** Describes why an expression has no result, with the hint. */
export function explainTrouble(error: HeldBack | ExpressionProblem): string {
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
}
