// The JSON messages, one per line, between Vestibule and a script.
import { z } from 'zod';
import type { Outcome } from '../../../domain/outcome.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Found } from '../driver.ts';

/** The type of a request to a script: an Action, or a read listed in `asks`. */
export type Verb = 'create' | 'update' | 'deactivate' | 'delete' | 'find' | 'list' | 'confirm' | 'probe';

/** One request. `n` of its items counts from 1. */
export interface ScriptRequest {
  readonly do: Verb;
  readonly items: readonly ScriptItem[];
}

/** One person of a request. */
export interface ScriptItem {
  readonly n: number;
  readonly key?: string | null;
  readonly record?: OutboundRecord;
  /** The idempotency key, unchanged when a write is repeated. */
  readonly id?: string;
  readonly receipt?: string;
}

/** The request as one line, with its line end. */
export function toLine(request: ScriptRequest): string {
  return `${JSON.stringify({ v: 1, ...request })}\n`;
}

const key = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value)));

const found = z.object({ key, record: z.record(z.string(), z.unknown()).nullish() });

const result = z.object({
  n: z.int(),
  status: z.enum(['done', 'accepted', 'retry', 'unclear', 'exists', 'missing', 'reject']).optional(),
  key,
  reason: z.string().nullish(),
  afterMs: z.number().min(0).nullish(),
  receipt: z.string().min(1).nullish(),
  checkAfterMs: z.number().min(0).nullish(),
  /** PowerShell writes a list with one record as a single value (docs/platform-facts.md#json-of-one-record). */
  found: z.union([z.array(found), found.transform((one) => [one])]).nullish(),
  /** True if more results for this `n` follow, as for long lists. */
  more: z.boolean().optional(),
});

const answer = z.union([
  z.object({ v: z.literal(1), results: z.union([z.array(result), result.transform((one) => [one])]) }),
  z.object({ v: z.literal(1), unavailable: z.string() }),
  z.object({ v: z.literal(1), refused: z.string() }),
]);

/** One line from a script: results, or a message that the product is unavailable or rejects the credentials. */
export type ScriptAnswer = z.output<typeof answer>;

/** The result of one item from a script. */
export type ScriptResult = z.output<typeof result>;

/** Parses one line; `undefined` if it is not a valid message. Never throws. */
export function parseAnswer(line: string): ScriptAnswer | undefined {
  try {
    return answer.safeParse(JSON.parse(line.replace(/^\ufeff/, ''))).data;
  } catch {
    return undefined;
  }
}

/** Default delay before `confirm` is sent for an accepted action. */
const defaultCheckAfterMs = 60_000;

/** Max length of a reason, in characters. */
const maxReasonLength = 300;

/** The Outcome of a result; `undefined` if it has no status, or if it is accepted without a receipt. `clean` removes secrets. */
export function toOutcome(result: ScriptResult, clean: (text: string) => string): Outcome | undefined {
  const { status, key, reason, afterMs, receipt, checkAfterMs } = result;
  const why = clean(reason ?? '').slice(0, maxReasonLength) || `the script answered ${status}`;
  switch (status) {
    case undefined:
      return undefined;
    case 'done':
      return { status, ...(key !== undefined && { key }) };
    case 'accepted':
      return typeof receipt === 'string' ? { status, receipt, checkAfterMs: checkAfterMs ?? defaultCheckAfterMs } : undefined;
    case 'retry':
      return { status, reason: why, ...(typeof afterMs === 'number' && { afterMs }) };
    case 'exists':
      return { status, reason: why, ...(key !== undefined && { key }) };
    case 'unclear':
    case 'missing':
    case 'reject':
      return { status, reason: why };
  }
}

/** The records in a result. Drops nested values, because a Record is flat. */
export function toFound(result: ScriptResult): readonly Found[] {
  return (result.found ?? []).map(({ key, record }) => ({ ...(key !== undefined && { key }), record: toRecord(record ?? {}) }));
}

function toRecord(fields: Readonly<Record<string, unknown>>): OutboundRecord {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (isFieldValue(value) ? [[name, value]] : [])));
}

function isFieldValue(value: unknown): value is string | number | boolean | readonly string[] {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
