// Runs the `examples` of a Connector and reports examples with a different result.
import { z } from 'zod';
import { viewTexts, type PersonView } from '../../domain/person-view.ts';
import { compileDefinition, DefinitionBroken } from '../../mapping/compile-definition.ts';
import { toCanonicalJson } from '../../mapping/canonical-json.ts';
import type { ConnectorExample } from '../schemas/connector-file.ts';
import { mergeDefinition, type ConnectorRead } from '../read/merge-definition.ts';
import { describeIssues } from '../schemas/schema-problems.ts';
import { targetFile } from '../schemas/target-file.ts';
import { showPath } from '../yaml/yaml-file.ts';

/** One example whose result differs from the expected one. `index` counts from 0. */
export interface ExampleFailure {
  readonly index: number;
  readonly message: string;
}

/** Runs the examples of a Connector: maps each person and compares the result with the expected Record. */
export function runExamples(read: ConnectorRead): readonly ExampleFailure[] {
  return read.connector.examples.flatMap((example, index) => {
    const message = runExample(read, example);
    return message === undefined ? [] : [{ index, message }];
  });
}

const personSchema = z.strictObject({
  ...(Object.fromEntries(viewTexts.map((name) => [name, z.string().default('')])) as Record<
    (typeof viewTexts)[number],
    z.ZodDefault<z.ZodString>
  >),
  active: z.boolean().default(true),
  groups: z.array(z.string()).default([]),
  roles: z.array(z.string()).default([]),
  manager: z
    .strictObject({ displayName: z.string().default(''), email: z.string().default(''), employeeNumber: z.string().default('') })
    .prefault({}),
});

/** Describes how the result of one example differs, or returns `undefined`. */
function runExample(read: ConnectorRead, example: ConnectorExample): string | undefined {
  const person = personSchema.safeParse(example.person);
  if (!person.success) {
    const found = describeIssues(person.error, { schema: personSchema, value: example.person, isSecret: () => false });
    return found
      .map(({ path, message, hint }) => `person.${showPath(path)}: ${message}${hint === undefined ? '' : ` (${hint})`}`)
      .join('; ');
  }
  const target = targetFile.parse({ target: 'example', connector: read.connector.connector, tables: example.tables ?? {} });
  try {
    const mapped = compileDefinition(mergeDefinition(read, target), []).map(toView(person.data));
    return compare(example, mapped);
  } catch (error) {
    if (error instanceof DefinitionBroken) return error.message;
    throw error;
  }
}

function toView(person: z.output<typeof personSchema>): PersonView {
  return { ...person, groupIds: person.groups.map((_name, index) => `example-${index}`), custom: {}, user: { userName: person.userName } };
}

function compare(
  { record, records, heldBack }: ConnectorExample,
  mapped: ReturnType<ReturnType<typeof compileDefinition>['map']>,
): string | undefined {
  if (mapped.is === 'heldBack') {
    return heldBack === mapped.field ? undefined : `no valid row: ${mapped.why}`;
  }
  if (heldBack !== undefined) return `the row is valid, but ${heldBack} should make it invalid`;
  const expected = records ?? (record === undefined ? [] : [record]);
  const [is, should] = [toCanonicalJson(mapped.rows), toCanonicalJson(expected)];
  return is === should ? undefined : `the record is ${is}, not ${should}`;
}
