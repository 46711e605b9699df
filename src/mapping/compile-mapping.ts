// Compiles a Mapping to a function that converts a PersonView to the rows for a Target.
import type { PersonView } from '../domain/person-view.ts';
import type { FieldValue, OutboundRecord } from '../domain/record.ts';
import type { MappingRule, RowsRule } from '../domain/target.ts';
import { compileExpression, type Compiled } from './expression/compile-expression.ts';
import { truncate } from './expression/language-functions.ts';
import type { Language, Subject } from './expression/language.ts';
import { ExpressionProblem, HeldBack } from './expression/expression-problem.ts';
import type { FieldResult } from './expression/expression-results.ts';
import { explainTrouble } from './compile-scope.ts';
import type { FieldNote } from '../domain/desired-state.ts';
import { showCount } from '../domain/wording.ts';

/** Note by field name. */
type Notes = Map<string, string>;

/** The result of a Mapping for one Person. */
export type Mapped =
  /** One row, or several if the Connector uses `rows`. `notes` names each truncated or omitted field once. */
  | { readonly is: 'rows'; readonly rows: readonly OutboundRecord[]; readonly notes: readonly FieldNote[] }
  /**
   * No valid row. `why` is a sentence that names the field and a fix. `partial` contains the valid fields of the first row: they identify a
   * person who was deleted and created again.
   */
  | { readonly is: 'heldBack'; readonly field: string; readonly why: string; readonly partial: OutboundRecord };

/** The compiled Mapping of one Target. */
export interface CompiledMapping {
  /** Names of the PersonView that the fields read. */
  readonly reads: ReadonlySet<string>;
  /** Groups that literal `memberOf` calls name. */
  readonly groups: ReadonlySet<string>;
  /** Never throws. */
  map(view: PersonView): Mapped;
}

/**
 * Compiles the rules of a Mapping and of its rows. If there are several rows, `language` contains the name in `rows.as`.
 * @throws {ExpressionProblem} for the first expression that does not compile.
 */
export function compileMapping(
  mapping: Readonly<Record<string, MappingRule>>,
  rows: RowsRule | undefined,
  language: Language<Subject>,
): CompiledMapping {
  const fields = Object.entries(mapping).map(([name, rule]) => compileField(name, rule, language));
  const each = rows && { rule: rows, values: compileRows(rows, language) };
  const expressions = [...fields.flatMap(({ from }) => (from === undefined ? [] : [from])), ...(each === undefined ? [] : [each.values])];
  return {
    reads: new Set(expressions.flatMap(({ reads }) => [...reads])),
    groups: new Set(expressions.flatMap(({ groups }) => [...groups])),
    map: (view) => mapView(view, fields, each),
  };
}

/** Compiles `rows.each`, the list with one value per row. */
export function compileRows(rows: RowsRule, language: Language<Subject>): Compiled<Subject, readonly string[]> {
  return compileExpression(rows.each, language, 'list');
}

/** One compiled field. */
export interface CompiledField {
  readonly name: string;
  readonly rule: MappingRule;
  /** Missing for a constant. */
  readonly from?: Compiled<Subject, FieldResult>;
}

/** Compiles the rule of one field. @throws {ExpressionProblem} if its expression does not compile. */
export function compileField(name: string, rule: MappingRule, language: Language<Subject>): CompiledField {
  return rule.from === undefined ? { name, rule } : { name, rule, from: compileExpression(rule.from, language, 'value') };
}

interface CompiledRows {
  readonly rule: RowsRule;
  readonly values: Compiled<Subject, readonly string[]>;
}

/** Thrown at the first field without a valid value, and caught in this file. `why` is a sentence that names the field. */
class FieldHeldBack extends Error {
  readonly field: string;
  constructor(field: string, why: string) {
    super(why);
    this.field = field;
  }
}

function mapView(view: PersonView, fields: readonly CompiledField[], each: CompiledRows | undefined): Mapped {
  const notes: Notes = new Map();
  try {
    const subjects = each === undefined ? [{ view }] : toSubjects(view, each);
    return {
      is: 'rows',
      rows: subjects.map((subject) => mapRow(subject, fields, notes)),
      notes: [...notes].map(([field, text]) => ({ field, text })),
    };
  } catch (error) {
    if (!(error instanceof FieldHeldBack)) throw error;
    return { is: 'heldBack', field: error.field, why: error.message, partial: mapPartially({ view }, fields) };
  }
}

/** The valid fields, each computed separately. Fields that read the value of a row are omitted. */
function mapPartially(subject: Subject, fields: readonly CompiledField[]): OutboundRecord {
  const made = fields.flatMap((field) => {
    try {
      return Object.entries(mapRow(subject, [field], new Map()));
    } catch (error) {
      if (error instanceof FieldHeldBack) return [];
      throw error;
    }
  });
  return Object.fromEntries(made);
}

function toSubjects(view: PersonView, { rule, values }: CompiledRows): readonly Subject[] {
  const found = new Set(runField('rows', values, { view }));
  if (found.size > 0) return [...found].map((row) => ({ view, row }));
  if (rule.none === 'one') return [{ view, row: '' }];
  throw new FieldHeldBack('rows', `rows: ${rule.each} is an empty list, but every row needs ${rule.as}. Correct it in the directory.`);
}

function mapRow(subject: Subject, fields: readonly CompiledField[], notes: Notes): OutboundRecord {
  const record: Record<string, FieldValue> = {};
  for (const field of fields) {
    const value = toValue(field, subject, notes);
    // Not an assignment, because the name of a field can be `__proto__`.
    if (value !== undefined) Object.defineProperty(record, field.name, { value, enumerable: true, configurable: true, writable: true });
  }
  return record;
}

/** The value of one field after its rules for empty and long strings; `undefined` if the field is omitted. */
function toValue({ name, rule, from }: CompiledField, subject: Subject, notes: Notes): FieldValue | undefined {
  if (from === undefined) return rule.value;
  const value = runField(name, from, subject);
  if (isEmpty(value)) return whenEmpty(name, rule, value, notes);
  return typeof value === 'string' && rule.max !== undefined && isLonger(value, rule.max)
    ? whenLong(name, rule, value, rule.max, notes)
    : value;
}

function runField<Result>(name: string, expression: Compiled<Subject, Result>, subject: Subject): Result {
  try {
    return expression.run(subject);
  } catch (error) {
    if (error instanceof HeldBack || error instanceof ExpressionProblem) throw new FieldHeldBack(name, `${name}: ${explainTrouble(error)}`);
    throw error;
  }
}

function isEmpty(value: FieldResult): boolean {
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

function isLonger(text: string, max: number): boolean {
  return text.length > max && Array.from(text).length > max;
}

function whenEmpty(name: string, rule: MappingRule, value: FieldResult, notes: Notes): FieldResult | undefined {
  switch (rule.empty ?? 'send') {
    case 'send':
      return value;
    case 'omit':
      notes.set(name, 'is omitted because it is empty');
      return undefined;
    case 'hold':
      throw new FieldHeldBack(name, `${name} is empty (${rule.from ?? ''}). Fill it in the directory.`);
  }
}

function whenLong(name: string, rule: MappingRule, text: string, max: number, notes: Notes): string | undefined {
  switch (rule.long ?? 'hold') {
    case 'cut':
      notes.set(name, `is truncated to ${showCount(max, 'character', 'characters')}`);
      return truncate(text, max);
    case 'omit':
      notes.set(name, `is omitted because it is longer than ${showCount(max, 'character', 'characters')}`);
      return undefined;
    case 'hold':
      throw new FieldHeldBack(
        name,
        `${name} is longer than ${showCount(max, 'character', 'characters')}. Shorten it in the directory, or set long: cut.`,
      );
  }
}
