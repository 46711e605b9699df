// The Zod schema of `attributes` in `vestibule.yaml`, and its conversion to SCIM schema extensions.
import { z } from 'zod';
import { viewTexts, type CustomAttribute } from '../../domain/person-view.ts';
import { enterpriseUserUrn, groupUrn, userUrn } from '../../scim/resource.ts';
import { defineAttribute, type AttributeDefinition, type SchemaExtension } from '../../scim/schema/definition.ts';
import type { Finding } from '../checks/finding.ts';

const attributeType = z.enum(['text', 'boolean', 'number', 'integer', 'date']);

const longForm = z
  .strictObject({
    type: attributeType.describe('Type of a value: text, boolean, number, integer (a whole number) or date (with or without a time).'),
    description: z.string().min(1).max(1_000).optional().describe('Meaning of the attribute, shown in /Schemas.'),
    many: z
      .boolean()
      .default(false)
      .describe('True if the attribute has several values; it is then a list in expressions. Entra sends only single values.'),
    caseExact: z.boolean().default(false).describe('True if filters compare the attribute case-sensitively. Only for the type text.'),
    values: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Typical values, shown in /Schemas. Other values are also accepted unless closed is true. Only for the type text.'),
    closed: z
      .boolean()
      .default(false)
      .describe('True if only the values listed under values are accepted. Other values are rejected with 400.'),
  })
  .superRefine(({ type, caseExact, values, closed }, context) => {
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (type !== 'text' && caseExact) refuse('caseExact', 'is available only for the type text. Remove it.');
    if (closed && values === undefined) refuse('closed', 'has no effect without values. Add values: [ … ]');
  })
  // Reported even if the values are also invalid, because quotes around the numbers would not help.
  .refine(({ type, values }) => type === 'text' || values === undefined || !attributeType.options.includes(type), {
    path: ['values'],
    message: 'is available only for the type text. Remove it.',
    when: () => true,
  });

// URNs may contain only characters that filters and paths allow (RFC 7644, Figure 1), so that every attribute can be queried.
const urn = z
  .string()
  .regex(
    /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[\w:.-]*\w$/,
    'is not a valid URN. Write a URN such as urn:ietf:params:scim:schemas:extension:contoso:2.0:User, with letters, digits, : . - and _ only.',
  );

const attributeName = z.string().regex(/^[A-Za-z]\w*$/, 'is not a valid name. Use letters, digits and _; begin with a letter.');

// The long form comes first: if both forms fail equally, the problem of the first is reported.
/** Schema of `attributes` in `vestibule.yaml`: for each URN and name, a type or a type with characteristics. */
export const customAttributes = z.record(urn, z.record(attributeName, z.union([longForm, attributeType])));

/** The declared attributes in the order of the file, with only those characteristics that differ from the defaults. */
export function toCustomAttributes(declared: z.output<typeof customAttributes>): readonly CustomAttribute[] {
  return Object.entries(declared).flatMap(([urn, names]) =>
    Object.entries(names).map(([name, form]) => {
      if (typeof form === 'string') return { urn, name, type: form };
      const { type, description, many, caseExact, values, closed } = form;
      return {
        urn,
        name,
        type,
        ...(description !== undefined && { description }),
        ...(many && { many }),
        ...(caseExact && { caseExact }),
        ...(values !== undefined && { values }),
        ...(closed && { closed }),
      };
    }),
  );
}

/** SCIM schemas of the declared attributes, one per URN, for `/Schemas` and for parsing documents. */
export function toExtensions(attributes: readonly CustomAttribute[]): readonly SchemaExtension[] {
  return [...Map.groupBy(attributes, ({ urn }) => urn)].map(([urn, declared]) => ({
    resourceType: 'User',
    schema: {
      id: urn,
      name: 'Custom attributes',
      description: 'Attributes that this site declared.',
      attributes: declared.map(toDefinition),
    },
  }));
}

const scimTypes = { text: 'string', boolean: 'boolean', number: 'decimal', integer: 'integer', date: 'dateTime' } as const;

function toDefinition({ name, type, description, many, caseExact, values, closed }: CustomAttribute): AttributeDefinition {
  return defineAttribute(name, description ?? `Custom attribute (${type}).`, {
    type: scimTypes[type],
    ...(many === true && { multiValued: true }),
    ...(caseExact === true && { caseExact }),
    ...(values !== undefined && { canonicalValues: values }),
    ...(closed === true && { closed }),
  });
}

/** Names that custom attributes cannot have, because expressions already use them. */
const takenNames = new Set<string>([...viewTexts, 'active', 'manager', 'groups', 'groupIds', 'roles', 'custom', 'user']);

/** Reserved words of CEL. */
const reservedWords = new Set(['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace', 'null', 'package', 'return', 'true', 'var', 'void', 'while', 'cel', 'google', 'bool', 'bytes', 'double', 'dyn', 'int', 'list', 'map', 'string', 'type', 'uint', 'null_type', 'optional']); // prettier-ignore

const anotherName = 'Choose another name; the directory can send the attribute under that name.';

/**
 * The attribute names in a file with problems, all treated as text attributes: enough for the checks of names in {@link checkAttributes}.
 */
export function namesDeclared(attributes: unknown): readonly CustomAttribute[] {
  return entriesOf(attributes).flatMap(([urnText, names]) =>
    urn.safeParse(urnText).success
      ? entriesOf(names).flatMap(([name]) => (attributeName.safeParse(name).success ? [{ urn: urnText, name, type: 'text' as const }] : []))
      : [],
  );
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/**
 * Finds problems of declared attributes that the schema cannot find: duplicate or reserved names, built-in or duplicate URNs, URNs of
 * groups.
 */
export function checkAttributes(attributes: readonly CustomAttribute[]): readonly Finding[] {
  const faults = attributes.flatMap((attribute, index): readonly Finding[] => {
    const fault = findFault(attribute, attributes.slice(0, index));
    return fault === undefined ? [] : [{ path: ['attributes', attribute.urn, attribute.name], ...fault, level: 'problem' }];
  });
  const ofGroups = [...new Set(attributes.map(({ urn }) => urn))].filter((urn) => /:group$/i.test(urn) && !builtIn.has(urn.toLowerCase()));
  return [
    ...faults,
    ...ofGroups.map((urn) => ({
      path: ['attributes', urn],
      message: 'this URN is for groups; Vestibule supports custom attributes only for people',
      hint: 'Declare attributes of people under the URN that the directory uses for them (…:User).',
      level: 'warning' as const,
    })),
  ];
}

const builtIn = new Set<string>([userUrn, groupUrn, enterpriseUserUrn].map((one) => one.toLowerCase()));

function findFault({ urn, name }: CustomAttribute, earlier: readonly CustomAttribute[]): Pick<Finding, 'message' | 'hint'> | undefined {
  if (builtIn.has(urn.toLowerCase())) return { message: 'belongs to a built-in schema', hint: 'Declare it under your own URN.' };
  // URNs and names are case-insensitive in SCIM (RFC 7643 §2.1, RFC 7644 §3.10), so a request could never refer to the second one.
  const otherCase = earlier.find((one) => one.urn !== urn && one.urn.toLowerCase() === urn.toLowerCase());
  if (otherCase !== undefined)
    return { message: `the same URN is already declared as ${otherCase.urn}`, hint: 'Use one spelling: URNs ignore case.' };
  const twin = earlier.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (twin !== undefined)
    return {
      message: twin.urn === urn ? `is already declared as ${twin.name}` : `is already declared under ${twin.urn}`,
      hint: 'Choose another name. Names in expressions must be unique, regardless of case.',
    };
  if (takenNames.has(name)) return { message: `${name} is already the name of an attribute`, hint: anotherName };
  if (reservedWords.has(name)) return { message: 'is a reserved word of the expression language', hint: anotherName };
  if (name in Object.prototype) return { message: 'is a reserved name', hint: anotherName };
  return undefined;
}
