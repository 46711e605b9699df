// Explains type errors and runtime errors in expressions.
import type { FunctionUsage } from './language-functions.ts';
import { linearMatches } from './language.ts';

/** A type error or runtime error of an expression in plain words. */
export interface TypeFault {
  readonly message: string;
  readonly hint: string;
}

/** The syntax of the built-in CEL functions that Vestibule supports. */
const builtInUsages: ReadonlyMap<string, FunctionUsage> = new Map([
  ['contains', { usage: 'text.contains(part)', description: 'true or false' }],
  ['endsWith', { usage: 'text.endsWith(part)', description: 'true or false' }],
  ['indexOf', { usage: 'text.indexOf(part)', description: 'the position, counted from 0, or -1 if not found' }],
  ['lastIndexOf', { usage: 'text.lastIndexOf(part)', description: 'the last position, counted from 0, or -1 if not found' }],
  ['matches', { usage: 'text.matches(pattern)', description: 'true or false' }],
  ['size', { usage: 'size(list) or size(text)', description: 'the number of items or characters' }],
  ['split', { usage: 'text.split(separator)', description: 'a list' }],
  ['startsWith', { usage: 'text.startsWith(part)', description: 'true or false' }],
  [
    'substring',
    { usage: 'text.substring(start, end)', description: 'the characters from start up to, but not including, end; positions count from 0' },
  ],
  ['string', { usage: 'string(value)', description: 'a number, true or false as a string' }],
  ['int', { usage: 'int(text)', description: 'a whole number' }],
  ['double', { usage: 'double(text)', description: 'a number' }],
]);

/** Explains an error message of the CEL library about types or values. `usages` are the functions of the language by name. */
export function explainTypes(summary: string, text: string, usages: ReadonlyMap<string, FunctionUsage>): TypeFault {
  const [first = ''] = summary.split('\n');
  const said = first.replaceAll(linearMatches, 'matches');
  for (const [pattern, explain] of rules) {
    const parts = pattern.exec(said);
    if (parts !== null) return explain(parts.slice(1), { text, usages });
  }
  return {
    message: said.replace(/'([^']*)'/g, (_whole, type: string) => nameType(type)),
    hint: 'See "Expressions" in docs/configuration.md.',
  };
}

interface Around {
  readonly text: string;
  readonly usages: ReadonlyMap<string, FunctionUsage>;
}

type Rule = readonly [pattern: RegExp, explain: (parts: readonly string[], around: Around) => TypeFault];

const rules: readonly Rule[] = [
  // Messages of this project about the result of an expression.
  [/^(returns .*)$/, ([said = '']) => ({ message: said, hint: 'Correct the value in the directory, or the expression.' })],
  [/^found no matching overload for '(?:[^'.]+\.)?(\w+)\((.*)\)'$/, explainCall],
  [/^no such overload: ([^ ]+) (\S+) (.+)$/, explainOperator],
  [
    /^no such overload: (!|-)(.+)$/,
    ([sign = '', type = '']) => ({ message: `${sign} does not work on ${nameType(type)}`, hint: compareIt }),
  ],
  [/^Logical operator requires bool operands, got '(.*)'$/, explainOperand],
  [
    /^Ternary condition must be bool, got '(.*)'$/,
    ([type = '']) => ({ message: `the part before ? is ${nameType(type)}, not true or false`, hint: compareIt }),
  ],
  [
    /^Ternary branches must have the same type, got '(.*)' and '(.*)'$/,
    ([one = '', other = '']) => ({
      message: `the two results of ? : have different types: ${nameType(one)} and ${nameType(other)}`,
      hint: 'Make both the same type, for example with string(…).',
    }),
  ],
  [
    /^List elements must have the same type, expected type '(.*)' but found '(.*)'$/,
    ([one = '', other = '']) => ({
      message: `a list mixes ${nameType(one)} and ${nameType(other)}`,
      hint: 'Make all its values the same type.',
    }),
  ],
  [
    /^Expression of type '(.*)' cannot be range of a comprehension/,
    ([type = '']) => ({
      message: `all, exists, filter and map require a list, not ${nameType(type)}`,
      hint: 'Use a list, such as groups.',
    }),
  ],
  [
    /^Cannot index type '(.*)'/,
    ([type = '']) => ({ message: `[ ] does not work on ${nameType(type)}`, hint: 'Use text.substring(start, end).' }),
  ],
  [
    /^List index must be int, got '(.*)'$/,
    ([type = '']) => ({
      message: `a position in a list must be a number, not ${nameType(type)}`,
      hint: 'Count from 0, for example: groups[0]',
    }),
  ],
  [/^No such key: (index out of bounds.*)$/, ([what = '']) => ({ message: `the list is too short: ${what}`, hint: 'Test size(…) first.' })],
  [/^No such key: (.*)$/, explainMissing],
  [/^Unknown variable: (.*)$/, ([name = '']) => ({ message: `unknown name ${name}`, hint: 'Check its spelling.' })],
  [/^has\(\) invalid argument/, () => ({ message: 'has(…) requires an attribute after a dot', hint: 'For example: has(user.title)' })],
  [
    /^(?:string\.)?(\w+)\(.*\): .*out of range$/,
    ([name = '']) => ({ message: `${name}(…): the position is outside the string`, hint: 'Test size(…) first, or use truncate(text, n).' }),
  ],
  [
    /^(int|double)\(\) type error/,
    ([name = '']) => ({ message: `${name}(…): the string is not a number`, hint: 'Correct it in the directory.' }),
  ],
];

const compareIt = 'Compare it with a value, for example: department == "Sales"';

function explainCall([name = '', types = '']: readonly string[], { usages }: Around): TypeFault {
  const given =
    types === ''
      ? 'no value'
      : types
          .split(/, (?![^<]*>)/)
          .map(nameType)
          .join(', ');
  const usage = usages.get(name) ?? builtInUsages.get(name);
  return {
    message: `${name} cannot be called with (${given})`,
    hint: usage === undefined ? 'Check the values in the brackets.' : `Write ${usage.usage}: ${usage.description}.`,
  };
}

function explainOperator([left = '', sign = '', right = '']: readonly string[]): TypeFault {
  const message = `${sign} does not work between ${nameType(left)} and ${nameType(right)}`;
  const types = [left, right];
  if (sign === '+' && types.includes('string')) return { message, hint: 'Convert the other value: string(…).' };
  if (types.includes('null')) return { message, hint: 'A missing string is empty: compare with "".' };
  if (types.includes('bool')) return { message, hint: 'Write true and false without quotes.' };
  if (types.includes('string') && /^[=!<>]/.test(sign))
    return { message, hint: 'Put strings in quotes, for example: employeeNumber == "5"' };
  if (sign === 'in') return { message, hint: 'Write a string before in and a list after it, for example: "Sales" in groups' };
  return { message, hint: 'Both sides need the same type.' };
}

function explainOperand([type = '']: readonly string[]): TypeFault {
  return { message: `&& and || work on conditions, not on ${nameType(type)}`, hint: compareIt };
}

/** `manager` has a fixed set of attributes; `user` is the received document, so any attribute can be missing. */
function explainMissing([name = '']: readonly string[], { text }: Around): TypeFault {
  const message = `${name} does not exist`;
  if (text.includes(`manager.${name}`)) return { message, hint: 'Use displayName, email or employeeNumber.' };
  const read = text.match(/[\w.]+/g)?.find((path) => path.endsWith(`.${name}`));
  return read === undefined
    ? { message, hint: 'Test it first with has(…).' }
    : { message, hint: `Test it first: has(${read}) ? ${read} : ""` };
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  bool: 'true or false',
  int: 'a whole number',
  uint: 'a whole number',
  double: 'a number',
  null: 'null',
  map: 'an object',
  dyn: 'a value of unknown type',
};

/** The plain name of a CEL type. */
export function nameType(type: string): string {
  const known = typeNames[type];
  if (known !== undefined) return known;
  if (type.startsWith('list')) return 'a list';
  return type.startsWith('map') || /^[$a-z]/.test(type) ? 'an object' : `a value of type ${type}`;
}
