// Compiles a Scope: the conditions that a person must meet.
import type { PersonView } from '../domain/person-view.ts';
import type { ScopeRule } from '../domain/target.ts';
import { compileExpression, type Compiled } from './expression/compile-expression.ts';
import type { Language, Subject } from './expression/language.ts';
import { ExpressionProblem, HeldBack } from './expression/expression-problem.ts';

/** One condition for one Person. */
export interface ConditionResult {
  readonly name: string;
  readonly rule: string;
  /** False as well when it could not be judged: see `unjudged` of the whole. */
  readonly holds: boolean;
  /** What the condition read, by name: for the explanation. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A Scope for one Person. */
export interface ScopeResult {
  /**
   * False only if a condition is false. A Person for whom a condition could not be judged is neither in nor out:
   * `holds` stays true, so that it is no Leaver, and `unjudged` says why no Record is made of it.
   */
  readonly holds: boolean;
  readonly conditions: readonly ConditionResult[];
  /** Name of the first condition that is false, in the order of the file. */
  readonly firstFailing?: string;
  /** Why the first condition that did not come out true could not be judged. */
  readonly unjudged?: string;
}

/** The conditions of one Target, compiled. */
export interface CompiledScope {
  /** Names of the view that some condition reads. */
  readonly reads: ReadonlySet<string>;
  /** Groups that a literal `memberOf` names. */
  readonly groups: ReadonlySet<string>;
  /** Never throws. */
  judge(view: PersonView): ScopeResult;
}

/**
 * Compiles the conditions of a Scope. Without conditions everyone is in.
 * @throws {ExpressionProblem} at the first that cannot be compiled.
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
  // The first one in the file decides: a later failure must not make the person a Leaver with other steps.
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

/** Describes what prevents a result, with the hint. */
export function explainTrouble(error: HeldBack | ExpressionProblem): string {
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
}
