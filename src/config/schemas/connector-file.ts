// The Zod schema of `connector.yaml`.
import { z } from 'zod';
import { leavers, mappingRules, rowsSettings } from './rule-schemas.ts';
import { nameText } from './setting-quantities.ts';

const text = z.string();

const examplePerson = z
  .record(text, z.unknown())
  .describe('A person. The keys are the names that expressions use. Missing names are empty, but active is true.');

const example = z
  .strictObject({
    person: examplePerson,
    tables: z.record(text, z.record(text, text)).optional().describe('Tables for lookup.'),
    record: z.record(text, z.unknown()).optional().describe('Expected record.'),
    records: z.array(z.record(text, z.unknown())).optional().describe('Expected rows, if there are several.'),
    heldBack: text.optional().describe("Name of the field that makes the person's row invalid."),
  })
  .refine(
    (one) => [one.record, one.records, one.heldBack].filter((end) => end !== undefined).length === 1,
    'needs exactly one of record, records and heldBack. Keep only one of them.',
  );

const need = z.union([
  z.strictObject({ text: text.min(1).describe("Description of the value and where to find it, for the author of the target's file.") }),
  z.strictObject({
    secret: text
      .min(1)
      .describe(
        "Description of the secret and where to find it. The target's file contains only a reference, and the value is never shown.",
      ),
  }),
]);

const needs = z
  .object({
    auth: z
      .array(z.enum(['basic', 'bearer', 'headers']))
      .min(1)
      .optional()
      .describe('Kinds of sign-in that the product supports. The target must use one of them.'),
  })
  .catchall(need)
  .superRefine((declared, context) => {
    for (const name of Object.keys(declared)) {
      if (!/^[A-Za-z_]\w*$/.test(name))
        context.addIssue({ code: 'custom', path: [name], message: 'is not a valid name. Use letters, digits and _; begin with a letter.' });
    }
  })
  .describe(
    "Values that the target's file must set under `settings`: `url`, `auth`, `drop`, and values whose names you choose. Use these values as {name} in paths, `headers` and `with`. Scripts receive them as environment variables.",
  );

/** Schema of `connector.yaml`, which describes a product independently of a site. */
export const connectorFile = z
  .strictObject({
    connector: nameText.describe('Name of the connector. Its folder has the same name.'),
    title: text.min(1).optional().describe('Name of the product, shown in output. If not set, the name of the connector is shown.'),
    driver: text.describe('Driver for this family of systems: rest, csv, script or scim.'),
    can: z
      .array(z.enum(['create', 'update', 'deactivate', 'delete']))
      .min(1)
      .describe('Actions that the product supports. check rejects leaver steps that are not listed.'),
    absent: z
      .enum(['kept', 'removed', 'disabled'])
      .optional()
      .describe('What the product does with a person who is missing from a full file.'),
    match: z
      .array(z.union([text.min(1), z.array(text.min(1)).min(1)]))
      .min(1)
      .transform((alternatives): readonly (readonly string[])[] =>
        alternatives.map((fields) => (typeof fields === 'string' ? [fields] : fields)),
      )
      .describe(
        'Fields of the record that identify a person in the product, tried in order. All fields of a nested list must match together.',
      ),
    needs: needs.default({}),
    settings: z
      .looseObject({ rows: rowsSettings.optional().describe('One row for each value of a list, instead of one per person.') })
      .default({})
      .describe(
        "Settings of the driver. The target's settings override them. Addresses, sign-in, drop folders, secret references and absolute paths are not allowed here; they belong in the target's file.",
      ),
    mapping: mappingRules
      .refine((fields) => Object.keys(fields).length > 0, 'contains no field. Add at least one field, such as Email: email.')
      .describe('Fields of the record, with the names that the product uses.'),
    leavers: leavers.optional(),
    examples: z.array(example).default([]).describe('People with their expected records.'),
  })
  .describe('A connector: how to talk to one product.');

/** A Connector's file, parsed. */
export type ConnectorFile = z.output<typeof connectorFile>;

/** One example of a Connector. */
export type ConnectorExample = ConnectorFile['examples'][number];
