// The schema of rest settings.
import { z } from 'zod';
import { headerName, httpSettings } from '../http-settings.ts';

const path = z
  .string()
  .min(1)
  .describe('Path after url; {field} inserts a field of the record, {key} the key, each escaped for its place.');

const expression = z.string().min(1);

const headers = z
  .record(headerName, z.string())
  .default({})
  .describe('Additional headers for this call. {field} and {key} work as in the path.');

const write = z
  .strictObject({
    post: path.optional(),
    put: path.optional(),
    patch: path.optional(),
    delete: path.optional(),
    body: z
      .enum(['json', 'form', 'none'])
      .optional()
      .describe('How the record is sent: json unless the call is a delete, which sends none.'),
    with: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional()
      .describe('Fields that overwrite those of the record in this call, such as enabled: false.'),
    key: expression
      .optional()
      .describe(
        "CEL over status, headers, body: the target's key of the new record. If the answer contains no key, the create is in doubt.",
      ),
    headers,
  })
  .refine((call) => methodsOf(call).length === 1, 'needs exactly one of post, put, patch and delete');

const look = {
  get: path,
  headers,
};

const pages = z
  .strictObject({
    from: z.int().min(0).describe('Value of {page} for the first page.'),
    step: z.int().min(1).default(1).describe('Increment of {page}: 1 for page numbers, the page size for offsets.'),
    until: expression.describe('CEL over status, headers, body: true for the last page.'),
  })
  .describe('How to request more pages. If not set, the first response must contain all records.');

const items = {
  items: expression.describe('CEL over status, headers, body: the list of records in the answer.'),
  key: expression.optional().describe("CEL over item: the target's key of one record."),
  fields: z
    .record(z.string(), expression)
    .default({})
    .describe(
      'CEL over item, by field of the record, for fields that have another name in the answer; the rest are read by their own name.',
    ),
  pages: pages.optional(),
};

const find = z.strictObject({ ...look, ...items });

/** The `settings` of a `rest` Connector and its Targets, merged. */
export const restSettings = z.strictObject({
  ...httpSettings,
  find: z
    .union([find, z.array(find).min(1)])
    .optional()
    .describe('Looks a record up by match fields. Several are tried in order; one whose inserted fields are empty is skipped.'),
  list: z
    .strictObject({ ...look, ...items })
    .optional()
    .describe('Reads all records of the product.'),
  probe: z
    .strictObject(look)
    .optional()
    .describe(
      'A harmless call that verifies address and credentials. Default: find with made-up values; without find, a GET of the base path.',
    ),
  create: write.optional(),
  update: write.optional(),
  deactivate: write.optional(),
  delete: write.optional(),
  replies: z
    .strictObject({
      exists: expression.optional().describe('The record already exists. In addition to 409.'),
      missing: expression.optional().describe('No record has this key. In addition to 404 and 410, which need no condition.'),
      retry: expression.optional().describe('Not written, retry later. In addition to 429.'),
      reject: expression.optional().describe('The product rejects this record. In addition to the other 4xx.'),
      none: expression.optional().describe('The response to find that means no match, such as status == 404.'),
    })
    .default({})
    .describe('CEL conditions over status, headers and body that override the usual meaning of a status.'),
});

/** Parsed settings of a `rest` Target. */
export type RestSettings = z.output<typeof restSettings>;

/** A write call as configured. */
export type WriteCall = z.output<typeof write>;

/** A call that reads records, as configured. */
export type LookCall = z.output<typeof find>;

/** The look-up calls in order; empty if the product has no look-up. */
export function findCalls(settings: RestSettings): readonly LookCall[] {
  if (settings.find === undefined) return [];
  return Array.isArray(settings.find) ? settings.find : [settings.find];
}

/** Method and path of a write. */
export function methodOf(call: WriteCall): { readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly path: string } {
  const [name = 'post'] = methodsOf(call);
  return { method: name.toUpperCase() as 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: call[name] ?? '' };
}

const methods = ['post', 'put', 'patch', 'delete'] as const;

function methodsOf(call: Partial<Record<(typeof methods)[number], string | undefined>>): readonly (typeof methods)[number][] {
  return methods.filter((method) => call[method] !== undefined);
}
