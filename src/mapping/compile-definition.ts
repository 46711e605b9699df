// Compiles all expressions of a Target definition.
import { toOwnCommand } from '../domain/own-command.ts';
import { DaemonError } from '../domain/errors.ts';
import type { CustomAttribute, PersonView } from '../domain/person-view.ts';
import type { Leavers, ScopeRule, TargetDefinition } from '../domain/target.ts';
import { personLanguage, type Language, type Subject } from './expression/language.ts';
import { ExpressionProblem, type Position } from './expression/expression-problem.ts';
import { compileField, compileMapping, compileRows, type Mapped } from './compile-mapping.ts';
import { compileScope, type ScopeResult } from './compile-scope.ts';

/** A Target's compiled definition, which can be evaluated for each Person. */
export interface CompiledDefinition {
  /** Whether a Person is in Scope. Never throws. */
  scope(view: PersonView): ScopeResult;
  /** The rows of a Person. Without a valid row also if a condition of the Scope cannot be evaluated. Never throws. */
  map(view: PersonView): Mapped;
  readonly leavers: Leavers;
  /** The conditions in the order of the file, with their leaver lists. */
  readonly rules: readonly ScopeRule[];
  /** Names of the PersonView that the Scope or the Mapping reads. */
  readonly reads: ReadonlySet<string>;
  /** Names of the PersonView that the Mapping reads: `plan` counts their empty values. */
  readonly mappingReads: ReadonlySet<string>;
  /** Groups that literal `memberOf` calls name, as written: `apply` stores their ids. */
  readonly groups: ReadonlySet<string>;
}

/**
 * A problem of one expression of a definition. `path` contains the keys of the expression: `['mapping', 'Email', 'from']`, `['scope', 0,
 * 'rule']`.
 */
export interface DefinitionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
  readonly position: Position;
}

/** A definition with expressions that do not compile. Lists all of them. */
export class DefinitionBroken extends DaemonError {
  readonly problems: readonly DefinitionProblem[];
  constructor(target: string, problems: readonly DefinitionProblem[]) {
    const [first] = problems;
    super('definition', `${target}: ${first === undefined ? 'invalid' : `${first.path.join('.')}: ${first.message}`}`, {
      hint: `Run: ${toOwnCommand('check')}`,
    });
    this.problems = problems;
  }
}

/** The parts of a definition that contain expressions. */
export type Expressions = Pick<TargetDefinition, 'scope' | 'mapping' | 'groupIds'> & Partial<Pick<TargetDefinition, 'rows' | 'tables'>>;

/** A compiled definition, or the problems of all expressions that do not compile. */
export type Compilation =
  | { readonly is: 'compiled'; readonly compiled: CompiledDefinition }
  | { readonly is: 'broken'; readonly problems: readonly DefinitionProblem[] };

/**
 * Compiles Scope, Mapping and rows. `goneGroups` are the names in literal `memberOf` calls for which all Groups were deleted. A person for
 * whom a condition reads one of these names has no valid row, so that the deletion does not make everyone a Leaver.
 * @throws {DefinitionBroken} with all expressions that do not compile.
 */
export function compileDefinition(
  definition: TargetDefinition,
  attributes: readonly CustomAttribute[],
  goneGroups: ReadonlySet<string> = new Set(),
): CompiledDefinition {
  const compilation = tryCompile(definition, attributes, goneGroups);
  if (compilation.is === 'broken') throw new DefinitionBroken(definition.target, compilation.problems);
  return compilation.compiled;
}

/** Compiles as `compileDefinition` does, and returns the problems instead of throwing them. */
export function tryCompile(
  definition: TargetDefinition,
  attributes: readonly CustomAttribute[],
  goneGroups: ReadonlySet<string>,
): Compilation {
  const language = languageOf(definition, attributes, goneGroups);
  if (!isRowNameTaken(definition, language)) {
    try {
      return { is: 'compiled', compiled: compileParts(definition, language, rowLanguageOf(definition, attributes, goneGroups)) };
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
    }
  }
  return { is: 'broken', problems: checkDefinition(definition, attributes) };
}

function compileParts(definition: TargetDefinition, language: Language<Subject>, rowLanguage: Language<Subject>): CompiledDefinition {
  const scope = compileScope(definition.scope, language);
  const mapping = compileMapping(definition.mapping, definition.rows, rowLanguage);
  return {
    scope: (view) => scope.judge(view),
    map: (view) => {
      const { unjudged } = scope.judge(view);
      const mapped = mapping.map(view);
      if (unjudged === undefined) return mapped;
      const partial = mapped.is === 'rows' ? (mapped.rows[0] ?? {}) : mapped.partial;
      return { is: 'heldBack', field: 'scope', why: unjudged, partial };
    },
    leavers: definition.leavers,
    rules: definition.scope,
    reads: new Set([...scope.reads, ...mapping.reads]),
    mappingReads: mapping.reads,
    groups: new Set([...scope.groups, ...mapping.groups]),
  };
}

/** The problems of all expressions that do not compile; empty if all compile. Without `tables`, every table name is accepted. */
export function checkDefinition(definition: Expressions, attributes: readonly CustomAttribute[]): readonly DefinitionProblem[] {
  const language = languageOf(definition, attributes);
  const { rows } = definition;
  // If `rows.as` is already a name of the view, the other checks must still run.
  const taken = isRowNameTaken(definition, language);
  const rowLanguage = taken ? language : rowLanguageOf(definition, attributes);
  return [
    ...(taken
      ? [
          {
            path: ['rows', 'as'],
            message: `${rows?.as} cannot be used as the name of a row's value`,
            position: start,
            hint: 'Use only letters and digits, and do not use the name of an attribute.',
          },
        ]
      : []),
    ...definition.scope.flatMap((rule, index) => collect(['scope', index, 'rule'], () => compileScope([rule], language))),
    ...(rows === undefined ? [] : collect(['rows', 'each'], () => compileRows(rows, language))),
    ...Object.entries(definition.mapping).flatMap(([name, rule]) =>
      collect(['mapping', name, 'from'], () => compileField(name, rule, rowLanguage)),
    ),
  ];
}

/** True if `rows.as` is not a valid name, or is already a name of the view. */
function isRowNameTaken({ rows }: Expressions, { names }: Language<Subject>): boolean {
  return rows !== undefined && (names.has(rows.as) || !/^[A-Za-z_]\w*$/.test(rows.as));
}

const start: Position = { offset: 0, line: 1, column: 1 };

function languageOf(
  definition: Expressions,
  attributes: readonly CustomAttribute[],
  goneGroups: ReadonlySet<string> = new Set(),
): Language<Subject> {
  const { tables, groupIds } = definition;
  return personLanguage({ attributes, groupIds, goneGroups, ...(tables !== undefined && { tables }) });
}

/** The language of field expressions. Only they can read the value of a row by name, because `each` is evaluated before there are rows. */
function rowLanguageOf(
  definition: Expressions,
  attributes: readonly CustomAttribute[],
  goneGroups: ReadonlySet<string> = new Set(),
): Language<Subject> {
  const { tables, groupIds, rows } = definition;
  return personLanguage({
    attributes,
    groupIds,
    goneGroups,
    ...(tables !== undefined && { tables }),
    ...(rows !== undefined && { rowName: rows.as }),
  });
}

function collect(path: DefinitionProblem['path'], compile: () => unknown): readonly DefinitionProblem[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    return [{ path, message: error.message, position: error.position, ...(error.hint !== undefined && { hint: error.hint }) }];
  }
}
