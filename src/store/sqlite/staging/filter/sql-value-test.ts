// Compiles the comparison of one value to SQL.
import { compileComparison, isOrdering, type Ordering } from '../../../../scim/filter/compile-comparison.ts';
import type { CompareOperator, FilterValue } from '../../../../scim/filter/filter-tree.ts';
import { fold } from '../../../../scim/case-folding.ts';
import { textBoolean } from '../../../../scim/lenient/entra.ts';
import type { Attribute } from '../../../../scim/schema/compile-schemas.ts';
import { bind, join, sql, type SqlFragment } from './sql-fragment.ts';
import type { Operand } from './sql-operand.ts';

/** A test of one value, as SQL that is 1 or 0, never null. */
export type SqlTest = (operand: Operand) => SqlFragment;

/** `pr` for attributes of a simple type, as `isPresent` of the evaluator. */
export const present: SqlTest = ({ type, scalar }) =>
  sql`case coalesce(${type}, 'null') when 'text' then ${scalar} <> '' when 'null' then 0 else 1 end`;

/** `pr` for complex attributes and whole extensions: true if they contain anything. */
export const presentWithin: SqlTest = ({ scalar, type }) =>
  sql`case when ${type} in ('array', 'object') then exists (select 1 from json_tree(${scalar}) as leaf where leaf.atom <> '')
    else ${present({ scalar, type })} end`;

/**
 * Compiles a comparison to a test, as `compileComparison` of the evaluator.
 * @throws {ScimError} invalidFilter as `compileComparison` does.
 */
export function compileSqlTest(attribute: Attribute | undefined, operator: CompareOperator, value: FilterValue): SqlTest {
  // Called only to validate the comparison.
  compileComparison(attribute, operator, value);
  if (value === null) {
    const isThere = attribute === undefined ? presentWithin : present;
    return operator === 'eq' ? (operand) => sql`not ${isThere(operand)}` : isThere;
  }
  switch (attribute?.type) {
    case 'boolean':
      return testBoolean(operator, value);
    case 'integer':
    case 'decimal':
      return isOrdering(operator) ? testNumber(operator, value) : unreachable(operator);
    case 'dateTime':
      return isOrdering(operator) ? testDateTime(operator, value) : testText(operator, String(value), false);
    case 'binary':
    case 'string':
    case 'reference':
    case 'complex':
    case undefined:
      return testText(operator, String(value), isExact(attribute));
  }
}

/** Compiles alternatives, of which one must match, to a test. Throws as `compileSqlTest` does. */
export function compileAlternatives(attribute: Attribute | undefined, terms: readonly Comparison[]): SqlTest {
  const listed = terms.filter(({ operator, value }) => operator === 'eq' && value !== null && isText(attribute));
  const others = terms.filter((term) => !listed.includes(term));
  const tests = others.map(({ operator, value }) => compileSqlTest(attribute, operator, value));
  const caseExact = isExact(attribute);
  const texts = listed.map(({ value }) => (caseExact ? String(value) : fold(String(value))));
  return (operand) => {
    const rest = tests.map((test) => test(operand));
    return texts.length === 0 ? join('or', rest) : join('or', [isOneOf(operand, texts, caseExact), ...rest]);
  };
}

interface Comparison {
  readonly operator: CompareOperator;
  readonly value: FilterValue;
}

function isText(attribute: Attribute | undefined): boolean {
  return !['boolean', 'integer', 'decimal', 'dateTime'].includes(attribute?.type ?? 'string');
}

function isOneOf(operand: Operand, texts: readonly string[], caseExact: boolean): SqlFragment {
  const { refersTo } = operand;
  if (caseExact && refersTo) return join('or', texts.map(refersTo));
  const list = texts.map(bind).reduce((sum, one) => sql`${sum}, ${one}`);
  return sql`coalesce(${caseExact ? toExact(operand) : toFolded(operand)} in (${list}), 0)`;
}

function testBoolean(operator: CompareOperator, value: FilterValue): SqlTest {
  const wanted = textBoolean(value) === true ? sql`'true'` : sql`'false'`;
  return operator === 'eq' ? ({ type }) => sql`${type} is ${wanted}` : ({ type }) => sql`${type} is not ${wanted}`;
}

function testNumber(operator: Ordering, value: FilterValue): SqlTest {
  const wanted = bind(Number(value));
  const otherwise = elseOf(operator);
  // Compared as real numbers, because JavaScript may have written a real number as a long integer.
  return ({ type, scalar }) =>
    sql`case when ${type} in ('integer', 'real') then ${compare(sql`cast(${scalar} as real)`, operator, wanted)} else ${otherwise} end`;
}

function testDateTime(operator: Ordering, value: FilterValue): SqlTest {
  const wanted = bind(String(value));
  const otherwise = elseOf(operator);
  return ({ scalar }) => sql`coalesce(${compare(sql`instant_order(${scalar}, ${wanted})`, operator, sql`0`)}, ${otherwise})`;
}

function testText(operator: CompareOperator, value: string, caseExact: boolean): SqlTest {
  const wanted = caseExact ? value : fold(value);
  return (operand) => {
    if (caseExact && operand.refersTo && operator === 'eq') return operand.refersTo(value);
    if (caseExact && operand.refersTo && operator === 'ne') return sql`not ${operand.refersTo(value)}`;
    return compareText(caseExact ? toExact(operand) : toFolded(operand), operator, wanted);
  };
}

function toExact({ exact, scalar, type }: Operand): SqlFragment {
  return exact ?? sql`as_text(${scalar}, ${type})`;
}

function toFolded({ folded, scalar, type }: Operand): SqlFragment {
  return folded ?? sql`as_folded(${scalar}, ${type})`;
}

/** `text` is null if there is nothing to compare. */
function compareText(text: SqlFragment, operator: CompareOperator, wanted: string): SqlFragment {
  const bytes = Buffer.from(wanted);
  switch (operator) {
    case 'eq':
      return sql`${text} is ${bind(wanted)}`;
    case 'ne':
      return sql`${text} is not ${bind(wanted)}`;
    case 'co':
      return sql`coalesce(instr(${text}, ${bind(wanted)}) > 0, 0)`;
    case 'sw':
      return sql`coalesce(instr(${text}, ${bind(wanted)}) = 1, 0)`;
    case 'ew':
      // Compares bytes, because SQLite counts characters only up to U+0000.
      if (bytes.length === 0) return sql`${text} is not null`;
      return sql`substr(cast(${text} as blob), ${bind(-bytes.length)}) is ${bind(bytes)}`;
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return sql`coalesce(${compare(text, operator, bind(wanted))}, 0)`;
  }
}

function compare(actual: SqlFragment, operator: Ordering, wanted: SqlFragment): SqlFragment {
  switch (operator) {
    case 'eq':
      return sql`${actual} = ${wanted}`;
    case 'ne':
      return sql`${actual} <> ${wanted}`;
    case 'gt':
      return sql`${actual} > ${wanted}`;
    case 'ge':
      return sql`${actual} >= ${wanted}`;
    case 'lt':
      return sql`${actual} < ${wanted}`;
    case 'le':
      return sql`${actual} <= ${wanted}`;
  }
}

function isExact(attribute: Attribute | undefined): boolean {
  return attribute?.type === 'binary' || (attribute?.caseExact ?? false);
}

/** The result for a value that cannot be compared: it is unequal, and does not match any other operator. */
function elseOf(operator: Ordering): SqlFragment {
  return operator === 'ne' ? sql`1` : sql`0`;
}

function unreachable(operator: CompareOperator): never {
  throw new TypeError(`Internal error: unexpected operator ${operator}`);
}
