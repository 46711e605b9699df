// Finds a match field that can be empty for a person with a valid Record.
import { viewTexts, type CustomAttribute, type CustomValue, type PersonView, type ViewText } from '../../domain/person-view.ts';
import { toMatchKeys } from '../../domain/record.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import { compileDefinition } from '../../mapping/compile-definition.ts';

/**
 * The first match field that can be empty for a person with a valid row, if no other alternative matches this person either; `undefined` if
 * everyone can be matched. All expressions must compile.
 */
export function findEmptyMatch(definition: TargetDefinition, attributes: readonly CustomAttribute[]): string | undefined {
  const person = emptiestPerson(attributes);
  const empty = definition.match.map((fields) => fields.find((field) => mayBeEmpty(field, definition, attributes, person)));
  return empty.includes(undefined) ? undefined : empty[0];
}

/** True if the field is empty for this person and its rule allows an empty value. */
function mayBeEmpty(field: string, definition: TargetDefinition, attributes: readonly CustomAttribute[], person: PersonView): boolean {
  const rule = definition.mapping[field];
  if (rule === undefined) return false;
  const { rows, ...rest } = definition;
  const only: TargetDefinition = {
    ...rest,
    scope: [],
    mapping: { [field]: rule },
    ...(rows !== undefined && { rows: { ...rows, none: 'one' } }),
  };
  const mapped = compileDefinition(only, attributes).map(person);
  return mapped.is === 'rows' && toMatchKeys([[field]], mapped.rows[0]).length === 0;
}

/** Texts that are never empty: SCIM requires a userName, and Vestibule sets the others. */
const neverEmpty: ReadonlySet<ViewText> = new Set(['id', 'userName', 'source']);

/** A person with the minimum of attributes that a directory must send. */
function emptiestPerson(attributes: readonly CustomAttribute[]): PersonView {
  const texts = Object.fromEntries(viewTexts.map((name) => [name, neverEmpty.has(name) ? 'person1@example.com' : ''])) as Record<
    ViewText,
    string
  >;
  return {
    ...texts,
    active: true,
    manager: { displayName: '', email: '', employeeNumber: '' },
    groups: [],
    groupIds: [],
    roles: [],
    custom: Object.fromEntries(attributes.map(({ name, type, many }) => [name, many === true ? [] : absentValue(type)])),
    user: { userName: texts.userName },
  };
}

function absentValue(type: CustomAttribute['type']): CustomValue {
  if (type === 'boolean') return false;
  return type === 'number' || type === 'integer' ? 0 : '';
}
