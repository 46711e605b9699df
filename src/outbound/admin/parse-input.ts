// Schemas and parsers of admin API bodies and query parameters.
import { z } from 'zod';
import { listGroups } from '../../admin/reports/list-report.ts';
import { DaemonError } from '../../domain/errors.ts';
import { namePattern, nameRule } from '../../domain/name-rule.ts';

const by = z.string().trim().min(1).max(200);
const hold = z.int().min(1);
const person = z.string().trim().min(1).max(500);
/** May be empty: the people search then returns an error that says what to enter. */
const anyPerson = z.string().trim().max(500);
const persons = z.array(person).min(1).max(100);
/** A query parameter that may be repeated. */
const personsOfQuery = z.preprocess((value) => (typeof value === 'string' ? [value] : value), persons);
const durationMs = z.int().min(1);

/** Bodies and queries of the admin API, by purpose. Unknown keys are rejected, so that a misspelt key is never ignored. */
export const inputs = {
  none: z.strictObject({}),
  plan: z.strictObject({
    limit: z.coerce.number().pipe(z.int().min(0).max(1_000_000)).exactOptional(),
    records: z.coerce.number().pipe(z.int().min(0).max(1000)).exactOptional(),
    system: z.literal('new').exactOptional(),
    resend: z
      .literal('true')
      .transform(() => true as const)
      .exactOptional(),
  }),
  test: z.strictObject({ timeoutMs: z.int().min(1).max(600_000).exactOptional(), applied: z.boolean().exactOptional() }),
  log: z.strictObject({ limit: z.coerce.number().pipe(z.int().min(1).max(1000)).exactOptional() }),
  list: z.strictObject({
    groups: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(listGroups)).min(1))
      .exactOptional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(500)).exactOptional(),
    after: z.string().min(1).max(200).exactOptional(),
  }),
  apply: z.strictObject({
    by,
    replaceAll: z.boolean().exactOptional(),
    without: z.int().min(0).exactOptional(),
    system: z.enum(['same', 'new']).exactOptional(),
    resend: z.boolean().exactOptional(),
    hash: z.string().min(1).max(200).exactOptional(),
  }),
  signed: z.strictObject({ by }),
  rename: z.strictObject({ to: z.string().trim().min(1).max(200), by }),
  holds: z.strictObject({ hold: z.coerce.number().pipe(hold).exactOptional(), persons: personsOfQuery.exactOptional() }),
  hold: z.strictObject({ hold: hold.exactOptional(), revision: z.int().min(0).exactOptional(), persons: persons.exactOptional(), by }),
  rejections: z.strictObject({ persons: personsOfQuery.exactOptional() }),
  withdraw: z.strictObject({
    persons: persons.exactOptional(),
    asOf: z.iso
      .datetime()
      .transform((text) => new Date(text))
      .exactOptional(),
    by,
  }),
  retry: z.strictObject({ person: anyPerson.exactOptional() }),
  why: z.strictObject({ person: anyPerson }),
  createToken: z.strictObject({
    source: z.string().regex(namePattern, nameRule).exactOptional(),
    use: z.enum(['bearer', 'client']).exactOptional(),
    label: z.string().trim().min(1).max(200),
    expiresInMs: durationMs.exactOptional(),
  }),
  extendToken: z.strictObject({ expiresInMs: durationMs.exactOptional() }),
  tokenId: z.coerce.number().pipe(z.int().min(1)),
} as const;

/** Parses untrusted input. @throws {DaemonError} `usage`, naming each invalid field. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': '));
  throw usageError(faults.join('; '));
}

/** An error for a malformed request. */
export function usageError(message: string): DaemonError {
  return new DaemonError('usage', message);
}
