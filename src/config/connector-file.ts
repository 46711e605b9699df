import { z } from 'zod';
import { leavers, mappingRules, rowsSettings } from './rule-schemas.ts';
import { nameText } from './quantities.ts';

const text = z.string();

const examplePerson = z
  .record(text, z.unknown())
  .describe('A person, by the names of expressions; what is not named is empty, active is true.');

const example = z
  .strictObject({
    person: examplePerson,
    tables: z.record(text, z.record(text, text)).optional().describe('Tables that the Mapping looks into.'),
    record: z.record(text, z.unknown()).optional().describe('The Record that must come out.'),
    records: z.array(z.record(text, z.unknown())).optional().describe('The rows that must come out, where there are several.'),
    heldBack: text.optional().describe('Name of the field that must hold the Record back.'),
  })
  .refine(
    (one) => [one.record, one.records, one.heldBack].filter((end) => end !== undefined).length === 1,
    'needs exactly one of record, records, heldBack',
  );

const need = z.union([
  z.strictObject({ text: text.min(1).describe('What it is and where to find it, for the person who writes the file of the Target.') }),
  z.strictObject({
    secret: text.min(1).describe('The same for a secret: the file of the Target gives a reference, the value is never shown.'),
  }),
]);

const needs = z
  .object({
    auth: z
      .array(z.enum(['basic', 'bearer', 'headers']))
      .min(1)
      .optional()
      .describe('The kinds of sign-in that work; the Target needs one of them.'),
  })
  .catchall(need)
  .superRefine((declared, context) => {
    for (const name of Object.keys(declared)) {
      if (!/^[A-Za-z_]\w*$/.test(name)) context.addIssue({ code: 'custom', path: [name], message: 'is not a name: letters, digits and _' });
    }
  })
  .describe(
    'What the file of the Target has to give under settings: url, auth and drop by those names, further values by names of your own, which are inserted as {name} in paths, headers and with, and handed to a script as variables of its environment.',
  );

/** Schema of `connector.yaml`: what is true for every customer of a product. */
export const connectorFile = z
  .strictObject({
    connector: nameText.describe('Name of the Connector: that of its folder.'),
    title: text.min(1).optional().describe('The product, as people call it; the name when missing.'),
    driver: text.describe('The family of systems that it belongs to: rest, csv, script or scim.'),
    can: z
      .array(z.enum(['create', 'update', 'deactivate', 'delete']))
      .min(1)
      .describe('What the product can do. A step that is not here is refused by check.'),
    absent: z
      .enum(['kept', 'removed', 'disabled'])
      .optional()
      .describe('What the product does with somebody who is missing from a full file.'),
    match: z
      .array(z.union([text.min(1), z.array(text.min(1)).min(1)]))
      .min(1)
      .transform((alternatives): readonly (readonly string[])[] =>
        alternatives.map((fields) => (typeof fields === 'string' ? [fields] : fields)),
      )
      .describe(
        'Fields of the Record by which a person is found there, tried in order; a list within the list means all of them together.',
      ),
    needs: needs.default({}),
    settings: z
      .looseObject({ rows: rowsSettings.optional().describe('One row for each value of a list, instead of one for the person.') })
      .default({})
      .describe(
        'Settings of the Driver; a Target lays its own over them. No address, sign-in, drop, secret reference or absolute path: the file of the Target gives those.',
      ),
    mapping: mappingRules
      .refine((fields) => Object.keys(fields).length > 0, 'names no field')
      .describe('The Record, field by field, in the names of the product.'),
    leavers: leavers.optional(),
    examples: z.array(example).default([]).describe('People and the Records that must come of them; run by connector test.'),
  })
  .describe('A Connector of Vestibule: how to talk to one product.');

/** A Connector's file, parsed. */
export type ConnectorFile = z.output<typeof connectorFile>;

/** One example of a Connector. */
export type ConnectorExample = ConnectorFile['examples'][number];
