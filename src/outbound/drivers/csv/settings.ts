// The schema of csv settings.
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { isEncoding } from './encoding.ts';

const drop = z
  .strictObject({
    folder: z
      .string()
      .refine(isAbsolute, 'is not an absolute path. Write the full path, such as /drops/front-desk.')
      .describe(
        'Folder from which the product, or one of your scripts, reads the file. The folder must exist: Vestibule does not create it, because a missing folder may mean that a share is not mounted.',
      ),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, "is not a file mode such as '0640'")
      .default('0640')
      .transform((text) => Number.parseInt(text, 8))
      .describe(
        "Permissions of the file, in quotes. With '0640', the owner can read and write the file, and the group can read it. No effect on Windows.",
      ),
  })
  .describe('Folder and permissions of the finished file.');

/** The `settings` of a `csv` Connector and its Targets, merged. */
export const csvSettings = z.strictObject({
  mode: z.literal('full').default('full').describe('full: every file contains all people who should be in the product.'),
  header: z
    .array(z.string().min(1))
    .min(1)
    .refine((columns) => new Set(columns).size === columns.length, 'contains a duplicate column')
    .describe(
      'Names of the columns in order, written as the first line of the file. A column that is not a field of the mapping is empty.',
    ),
  encoding: z
    .string()
    .refine(isEncoding, 'is not a supported encoding. Write an encoding such as utf-8, utf-8-bom or cp1252.')
    .default('utf-8')
    .describe(
      'Character encoding: utf-8, utf-8-bom, cp1252, cp850, utf-16le-bom, … A person whose values cannot be encoded has no valid row.',
    ),
  delimiter: z.string().length(1).default(',').describe('Separator between cells: one character, such as a comma, a semicolon or a tab.'),
  quoting: z
    .enum(['needed', 'always'])
    .default('needed')
    .describe('needed: quotation marks only around cells that need them. always: around every cell.'),
  lineEnd: z.enum(['crlf', 'lf']).default('crlf').describe('Line ending; crlf conforms to RFC 4180.'),
  escapeFormulas: z
    .boolean()
    .default(true)
    .describe(
      "Puts ' before a cell that a spreadsheet would treat as a formula, and before a formula after a list separator (; , tab |) inside a cell. Plain numbers and phone numbers are unchanged.",
    ),
  fileName: z
    .string()
    .regex(/^(?!\.)[^/\\:*?"<>|\p{Cc}]+$/u, 'is not a valid file name')
    .default('{target}.csv')
    .describe('Name of the file. {target} inserts the name of the target. Each file replaces the previous file.'),
  drop,
  deactivated: z
    .record(z.string(), z.string())
    .optional()
    .describe('Cells that override those in the row of a deactivated person, such as Status: Inactive. If not set, the row is omitted.'),
  maxRows: z.int().min(1).optional().describe('Max number of rows that the product accepts. A longer file is not written.'),
});

/** Parsed settings of a `csv` Target. */
export type CsvSettings = z.output<typeof csvSettings>;

/** The file name for a Target. */
export function toFileName({ fileName }: Pick<CsvSettings, 'fileName'>, target: string): string {
  return fileName.replaceAll('{target}', target);
}

/** The path of the published file of a Target. */
export function toFile(settings: Pick<CsvSettings, 'fileName' | 'drop'>, target: string): string {
  return join(settings.drop.folder, toFileName(settings, target));
}
