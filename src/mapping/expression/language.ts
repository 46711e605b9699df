// Builds the CEL environments for people and for HTTP replies.
import { Environment } from '@marcbachmann/cel-js';
import { type CustomAttribute, type PersonView, viewTexts } from '../../domain/person-view.ts';
import { contextUsages, functionName, plainFunctions, toComparable, type FunctionUsage } from './language-functions.ts';
import { Patterns } from './regex-cache.ts';
import { HeldBack } from './expression-problem.ts';

/** The name of the linear-time `matches`. The library does not allow its own `matches` to be replaced. */
export const linearMatches = 'matchesLinear';

/**
 * The names and functions of one kind of expression, and how each name gets its value. Kinds of expressions differ only in their language.
 */
export interface Language<Input> {
  readonly environment: Environment;
  readonly names: ReadonlySet<string>;
  /** True if a site can declare more names. */
  readonly takesAttributes: boolean;
  /** Names of the tables; `undefined` if they are unknown (a Connector without a Target). */
  readonly tables: ReadonlySet<string> | undefined;
  readonly patterns: Patterns;
  /** Functions in addition to those of CEL, by name. */
  readonly functions: ReadonlyMap<string, FunctionUsage>;
  readonly valueOf: (input: Input, name: string) => unknown;
}

/** The input of an expression: a Person and, if the Connector uses `rows`, the value of this row. */
export interface Subject {
  readonly view: PersonView;
  readonly row?: string;
}

/** The inputs of the expressions of one Target, apart from the Person. */
export interface PersonLanguageOptions {
  readonly attributes?: readonly CustomAttribute[];
  /** `undefined`: not known yet; every table name is accepted, and every look-up finds nothing. */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ids of Groups by the literal name in `memberOf`, stored by the apply. A name without an entry is compared with the names of Groups. */
  readonly groupIds?: Readonly<Record<string, readonly string[]>>;
  /**
   * Literal names for which all Groups were deleted. The Person then has no valid row, so that the deletion does not make everyone a
   * Leaver.
   */
  readonly goneGroups?: ReadonlySet<string>;
  /** Name for the value of the row (`rows.as`). */
  readonly rowName?: string;
}

/** The language of Scope and Mapping: the PersonView, the declared attributes and all functions. */
export function personLanguage(options: PersonLanguageOptions = {}): Language<Subject> {
  const { attributes = [], rowName, tables } = options;
  const patterns = new Patterns();
  const environment = baseEnvironment(patterns)
    .registerVariable('active', 'bool')
    .registerVariable('manager', { schema: { displayName: 'string', email: 'string', employeeNumber: 'string' } })
    .registerVariable('groups', 'list<string>')
    .registerVariable('roles', 'list<string>')
    .registerVariable('user', 'map');
  for (const name of viewTexts) environment.registerVariable(name, 'string');
  const custom = new Set(attributes.map((attribute) => attribute.name));
  const integers = new Set(attributes.filter(({ type }) => type === 'integer').map(({ name }) => name));
  for (const attribute of attributes) environment.registerVariable(attribute.name, celTypeOf(attribute));
  if (rowName !== undefined) environment.registerVariable(rowName, 'string');
  registerLookup(environment, tables ?? {});
  registerMemberOf(environment, options);
  return {
    environment,
    patterns,
    takesAttributes: true,
    tables: tables && new Set(Object.keys(tables)),
    names: new Set(['active', 'manager', 'groups', 'roles', 'user', ...viewTexts, ...custom, ...(rowName === undefined ? [] : [rowName])]),
    functions: new Map([...plainUsages, ...contextUsages]),
    valueOf: ({ view, row }, name) => {
      if (name === rowName) return row ?? '';
      if (integers.has(name)) return toCelInteger(view.custom[name]);
      return custom.has(name) ? view.custom[name] : view[name as keyof PersonView];
    },
  };
}

/** An HTTP response of a Target, as expressions read it. `item` is one element of a list that another expression selected. */
export interface Reply {
  readonly status: number;
  /** Values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly item?: unknown;
}

/** The language of expressions over HTTP replies: `status` (a whole number), `headers`, `body` and `item` (untyped). */
export function replyLanguage(): Language<Reply> {
  const patterns = new Patterns();
  const environment = baseEnvironment(patterns)
    .registerVariable('status', 'int')
    .registerVariable('headers', 'map<string, string>')
    .registerVariable('body', 'dyn')
    .registerVariable('item', 'dyn');
  return {
    environment,
    patterns,
    takesAttributes: false,
    tables: new Set(),
    names: new Set(['status', 'headers', 'body', 'item']),
    functions: new Map(plainUsages),
    // CEL represents whole numbers as BigInt, and would treat `undefined` as an unknown name.
    valueOf: (reply, name) => (name === 'status' ? BigInt(reply.status) : (reply[name as keyof Reply] ?? null)),
  };
}

const celTypes = { text: 'string', boolean: 'bool', number: 'double', integer: 'int', date: 'string' } as const;

function celTypeOf({ type, many }: CustomAttribute): string {
  return many === true ? `list<${celTypes[type]}>` : celTypes[type];
}

/** CEL represents whole numbers as BigInt. */
function toCelInteger(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCelInteger);
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

const plainUsages = plainFunctions.map((one): readonly [string, FunctionUsage] => [functionName(one), one]);

/** Limits for readability, far below the size at which an expression becomes slow. */
const limits = { maxAstNodes: 500, maxDepth: 30, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

function baseEnvironment(patterns: Patterns): Environment {
  const environment = new Environment({ limits });
  for (const { signature, run } of plainFunctions) environment.registerFunction(signature, run, { async: false });
  environment.registerFunction(
    `string.${linearMatches}(string): bool`,
    (text: string, pattern: string) => patterns.get(pattern).test(text),
    {
      async: false,
    },
  );
  // Number attributes are doubles in CEL. This operator allows `floor == 3` in addition to `floor == 3.0`.
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b));
  return environment;
}

function registerLookup(environment: Environment, tables: NonNullable<PersonLanguageOptions['tables']>): void {
  const compiled = new Map(Object.entries(tables).map(([name, table]) => [name, new Map(Object.entries(table).map(toEntry))]));
  const find = (table: string, text: string) => compiled.get(table)?.get(toComparable(text));
  environment.registerFunction(
    'lookup(string, string): string',
    (table: string, text: string) => {
      const found = find(table, text);
      if (found !== undefined) return found;
      throw new HeldBack(`"${text}" is not in the table ${table}`, `Add it under tables.${table}, or correct it in the directory.`);
    },
    { async: false },
  );
  environment.registerFunction(
    'lookup(string, string, string): string',
    (table: string, text: string, otherwise: string) => find(table, text) ?? otherwise,
    {
      async: false,
    },
  );
}

function toEntry([key, value]: readonly [string, string]): readonly [string, string] {
  return [toComparable(key), value];
}

/** The type of a macro's AST node, as far as `memberOf` uses it; the library does not declare it. */
interface MacroNode {
  readonly args: readonly [unknown];
}
interface MacroChecker {
  check(node: unknown, context: unknown): { readonly type: string };
  getType(name: string): unknown;
  createError(code: string, message: string, node: unknown): Error;
}
interface MacroEvaluator {
  run(node: unknown, context: MacroContext): unknown;
}
interface MacroContext {
  getValue(name: string): unknown;
}

/** A macro and not a function, because only a macro has access to the `groups` of the Person. */
function registerMemberOf(environment: Environment, { groupIds = {}, goneGroups = new Set() }: PersonLanguageOptions): void {
  const idsByName = new Map(Object.entries(groupIds).map(([name, ids]) => [name, new Set(ids)]));
  const isMember = (name: string, context: MacroContext): boolean => {
    if (goneGroups.has(name)) {
      throw new HeldBack(`the group "${name}" was deleted`, 'Name another group, then apply.');
    }
    const ids = idsByName.get(name);
    if (ids !== undefined && ids.size > 0) return (context.getValue('groupIds') as readonly string[]).some((id) => ids.has(id));
    const wanted = toComparable(name);
    return (context.getValue('groups') as readonly string[]).some((group) => toComparable(group) === wanted);
  };
  environment.registerFunction('memberOf(ast): bool', ({ args }: MacroNode) => ({
    args,
    async: false,
    typeCheck: (checker: MacroChecker, macro: MacroNode, context: unknown) => {
      if (checker.check(macro.args[0], context).type !== 'string') {
        throw checker.createError('no_matching_overload', 'memberOf requires the name of a group as text', macro.args[0]);
      }
      return checker.getType('bool');
    },
    evaluate: (evaluator: MacroEvaluator, macro: MacroNode, context: MacroContext) =>
      isMember(String(evaluator.run(macro.args[0], context)), context),
  }));
}
