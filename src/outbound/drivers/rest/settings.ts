// The schema of rest settings.
import { z } from 'zod';
import { headerName, httpSettings } from '../http-settings.ts';

const path = z
  .string()
  .min(1)
  .describe(
    'Path that is appended to url. {field} inserts a field of the record, and {key} its key; both are percent-encoded as required by their position in the URL.',
  );

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
      .describe('Format of the record in the request. If not set: json, or none for a delete.'),
    with: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional()
      .describe('Fields that override fields of the record in this call, such as enabled: false.'),
    key: expression
      .optional()
      .describe(
        'CEL expression over status, headers and body that returns the key of the new record. If the response contains no key, the create is in doubt.',
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
    until: expression.describe('CEL expression over status, headers and body that is true for the last page.'),
  })
  .describe('How to request more pages. If not set, the first response must contain all records.');

const items = {
  items: expression.describe('CEL expression over status, headers and body that returns the list of records in the response.'),
  key: expression.optional().describe('CEL expression over item that returns the key of a record.'),
  fields: z
    .record(z.string(), expression)
    .default({})
    .describe(
      'CEL expressions over item, for fields of the record that have a different name in the response. All other fields are read by their own name.',
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
    .describe(
      'Looks up a record by its match fields. A list of calls is tried in order; a call is skipped if a field that it inserts is empty.',
    ),
  list: z
    .strictObject({ ...look, ...items })
    .optional()
    .describe('Reads all records of the product.'),
  probe: z
    .strictObject(look)
    .optional()
    .describe(
      'A harmless call that verifies the address and the credentials. Default: find with made-up values; without find, a GET of the base path.',
    ),
  create: write.optional(),
  update: write.optional(),
  deactivate: write.optional(),
  delete: write.optional(),
  replies: z
    .strictObject({
      exists: expression.optional().describe('True if the record already exists, in addition to 409.'),
      missing: expression.optional().describe('True if no record has this key, in addition to 404 and 410, which need no condition.'),
      retry: expression.optional().describe('True if the record was not written and must be retried later, in addition to 429.'),
      reject: expression.optional().describe('True if the product rejects this record, in addition to the other 4xx.'),
      none: expression.optional().describe('True if the response to find means that there is no match, such as status == 404.'),
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
