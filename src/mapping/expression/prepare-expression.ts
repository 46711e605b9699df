// Checks the names and functions in a parsed expression, before its types are checked.
import type { ASTNode } from '@marcbachmann/cel-js';
import { messageOf } from '../../domain/errors.ts';
import { findNearest, hintFor } from '../nearest-word.ts';
import { findOtherName } from './other-names.ts';
import { checkDateFormat } from './format-date.ts';
import { linearMatches, type Language } from './language.ts';
import { ExpressionProblem, toPosition } from './expression-problem.ts';
import type { Results } from './expression-results.ts';

/** The names and Groups that an expression reads. */
export interface Reads {
  /** Names of the view. */
  readonly names: ReadonlySet<string>;
  /** Names of Groups in literal `memberOf` calls, as written. */
  readonly groups: ReadonlySet<string>;
}

/** The CEL methods that Vestibule supports; other methods of the library are deliberately rejected. */
const methods = new Set(['contains', 'endsWith', 'indexOf', 'lastIndexOf', 'matches', 'size', 'split', 'startsWith', 'substring']);
/** Methods that iterate over a list with a variable. */
const walks = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
const builtIns = new Set(['has', 'size', 'string', 'int', 'double']);
/** Two nested iterations over all groups of a person are fast; three are a mistake. */
const maxNestedWalks = 2;

/**
 * Checks that a parsed expression uses only the supported part of CEL, and replaces `matches` with the linear-time version.
 * @throws {ExpressionProblem} for the first name, function or literal argument that is not supported.
 */
export function prepareExpression(ast: ASTNode, language: Language<never>, wants: keyof Results): Reads {
  const walk: Walk = { language, isFixed: wants === 'value' && ast.op === 'id', names: new Set(), groups: new Set() };
  visit(ast, walk, []);
  return walk;
}

interface Walk {
  readonly language: Language<never>;
  /** True if the whole expression of a field is one name. If the name is unknown, a fixed text was probably intended. */
  readonly isFixed: boolean;
  readonly names: Set<string>;
  readonly groups: Set<string>;
}

/** Visits a node. `bound` are the variables of the enclosing iterations. */
function visit(node: ASTNode, walk: Walk, bound: readonly string[]): void {
  switch (node.op) {
    case 'value':
      return;
    case 'id':
      return visitName(node, node.args, walk, bound);
    case '.':
      return visit(node.args[0], walk, bound);
    case 'call':
      return visitCall(node, node.args[0], node.args[1], walk, bound);
    case 'rcall':
      return visitMethod(node, node.args, walk, bound);
    case '!_':
    case '-_':
      return visit(node.args, walk, bound);
    case 'map':
    case '.?':
    case '[?]':
      throw problemAt(node, '{ }, .? and [? are not part of the expression language', 'Use a list in [ ], or a table with lookup.');
    default:
      for (const part of node.args) visit(part, walk, bound);
  }
}

function visitName(node: ASTNode, name: string, walk: Walk, bound: readonly string[]): void {
  if (bound.includes(name)) return;
  if (!walk.language.names.has(name)) throw problemAt(node, `unknown name ${name}`, hintForName(name, walk));
  walk.names.add(name);
}

function hintForName(name: string, { language, isFixed }: Walk): string {
  const known = [...language.names];
  if (!language.takesAttributes) return hintFor(name, known) ?? 'Choose another name.';
  const other = findOtherName(name);
  if (other !== undefined) return `Did you mean ${other}?`;
  const nearest = findNearest(name, known);
  // Attributes begin with a lower-case letter. A name with a capital letter is usually a fixed text, or differs from an attribute only in
  // case.
  const near = /^\p{Lu}/u.test(name) && nearest?.toLowerCase() !== name.toLowerCase() ? undefined : nearest;
  const fixed = isFixed ? `{ value: ${name} }` : `"${name}" in quotes`;
  const others = `or fixed text, write ${fixed}. Declare custom attributes under attributes in vestibule.yaml.`;
  return near === undefined ? `F${others}` : `Did you mean ${near}? Otherwise: f${others}`;
}

function usageOf(name: string, { language }: Walk): string {
  return language.functions.get(name)?.usage ?? `${name}(…)`;
}

const functionsHint = 'docs/configuration.md lists the functions under "Expressions".';

function visitCall(node: ASTNode, name: string, args: readonly ASTNode[], walk: Walk, bound: readonly string[]): void {
  const { functions } = walk.language;
  if (!functions.has(name) && !builtIns.has(name)) {
    if (methods.has(name) || walks.has(name))
      throw problemAt(node, `${name} must be written after a value and a dot`, `For example: groups.${name}(…)`);
    throw problemAt(node, `unknown function ${name}`, hintFor(name, [...functions.keys(), ...builtIns]) ?? functionsHint);
  }
  const [first] = args;
  const literal = literalText(first);
  if (name === 'memberOf') {
    if (first !== undefined) checkGroupName(first, walk, bound);
    readGroups(literal, walk);
  }
  if (name === 'lookup') checkTable(node, literal, walk.language);
  if (name === 'date')
    checkLiteral(args[1], checkDateFormat, 'a date format', 'Use YYYY, YY, MM, M, DD, D, HH, mm and ss, for example: "DD.MM.YYYY"');
  for (const part of args) visit(part, walk, bound);
}

/** `memberOf(Hosts)`: the name of a group without quotes. */
function checkGroupName(node: ASTNode, { language }: Walk, bound: readonly string[]): void {
  if (node.op !== 'id' || bound.includes(node.args) || language.names.has(node.args)) return;
  throw problemAt(node, `the text ${node.args} needs quotes`, `Write: memberOf("${node.args}")`);
}

function readGroups(literal: string | undefined, walk: Walk): void {
  walk.names.add('groups').add('groupIds');
  if (literal !== undefined) walk.groups.add(literal);
}

function checkTable(node: ASTNode, name: string | undefined, { tables }: Language<never>): void {
  if (name === undefined) throw problemAt(node, 'lookup needs the name of a table in quotes', 'For example: lookup("offices", office)');
  if (tables !== undefined && !tables.has(name)) {
    throw problemAt(node, `unknown table ${name}`, hintFor(name, [...tables]) ?? `Add it: tables: { ${name}: { … } }`);
  }
}

function visitMethod(node: ASTNode, parts: readonly [string, ASTNode, ASTNode[]], walk: Walk, bound: readonly string[]): void {
  const [name, receiver, args] = parts;
  if (walks.has(name)) return visitWalk(node, parts, walk, bound);
  if (!methods.has(name)) {
    if (walk.language.functions.has(name)) throw problemAt(node, `${name} must be called as a function`, `Write ${usageOf(name, walk)}.`);
    throw problemAt(
      node,
      `unknown function ${name}`,
      hintFor(name, [...methods, ...walks, ...walk.language.functions.keys()]) ?? functionsHint,
    );
  }
  if (name === 'matches') {
    checkLiteral(
      args[0],
      (pattern) => reasonOf(() => walk.language.patterns.get(pattern)),
      'a regular expression',
      'Look-around and back-references are not supported.',
    );
    // Modifies the library's node, which its type check reads later: there is no other way to call another engine.
    (node.args as unknown as string[])[0] = linearMatches;
  }
  visit(receiver, walk, bound);
  for (const part of args) visit(part, walk, bound);
}

function visitWalk(
  node: ASTNode,
  [name, receiver, args]: readonly [string, ASTNode, ASTNode[]],
  walk: Walk,
  bound: readonly string[],
): void {
  visit(receiver, walk, bound);
  const [variable, ...bodies] = args;
  if (variable?.op !== 'id') throw problemAt(node, `${name} needs a name for each value`, `For example: groups.${name}(g, …)`);
  if (walk.language.names.has(variable.args) || variable.args === 'groupIds') {
    throw problemAt(variable, `${variable.args} is already the name of an attribute`, 'Choose another name for each value, for example: g');
  }
  if (bodies.length === 0 || bodies.length > (name === 'map' ? 2 : 1)) {
    throw problemAt(node, `${name} needs a name and an expression`, `For example: groups.${name}(g, …)`);
  }
  if (bound.length >= maxNestedWalks)
    throw problemAt(node, `lists are nested more than ${maxNestedWalks} levels deep`, 'Split the expression into several conditions.');
  for (const body of bodies) visit(body, walk, [...bound, variable.args]);
}

function checkLiteral(node: ASTNode | undefined, check: (text: string) => string | undefined, what: string, hint: string): void {
  const literal = literalText(node);
  const reason = literal === undefined ? undefined : check(literal);
  if (node !== undefined && reason !== undefined) throw problemAt(node, `"${literal}" is not ${what}: ${reason}`, hint);
}

function literalText(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

function reasonOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function problemAt(node: ASTNode, message: string, hint?: string): ExpressionProblem {
  return new ExpressionProblem(message, toPosition(node.input, node.start), { hint });
}
