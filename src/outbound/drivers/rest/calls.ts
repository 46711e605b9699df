// Compiles the HTTP calls that a rest Connector defines into request builders and response readers.
import type { FieldValue, OutboundRecord } from '../../../domain/record.ts';
import { type ReplyResult, replyResults } from '../http-outcome.ts';
import type { HttpRequest } from '../http-client.ts';
import type { Reply } from '../http-reply.ts';
import { compileCondition, compileRead, toKey, type Read } from './expressions.ts';
import { methodOf, type LookCall, type RestSettings, type WriteCall } from './settings.ts';
import { fillValues } from '../fill-values.ts';
import { fillHeader, parseTemplate, type Inserts, type Template } from './template.ts';

/** A compiled write call. */
export interface Write {
  readonly template: Template;
  /** True if the key must be read from the reply. */
  readonly needsKey: boolean;
  /** @throws {ValueFault} if a value cannot be used in the path. */
  toRequest(inserts: Inserts): HttpRequest;
  /** The key in the reply, or `undefined`. */
  readKey(reply: Reply): string | undefined;
}

/** A compiled call that reads records. */
export interface LookUp {
  readonly template: Template;
  readonly pages: { readonly from: number; readonly step: number; readonly isLast: (reply: Reply) => boolean | undefined } | undefined;
  toRequest(inserts: Inserts): HttpRequest;
  /** The records in one reply; `undefined` if the reply contains no list. */
  readItems(reply: Reply): readonly Item[] | undefined;
}

/** One record of a reply, with the field names of the Mapping where the Connector defines them. */
export interface Item {
  readonly key?: string;
  readonly record: OutboundRecord;
}

/**
 * Compiles a write. `names` are the names of the values that the Target provides.
 * @throws {TemplateFault | ExpressionProblem} if a path or an expression of the Connector is invalid.
 */
export function compileWrite(call: WriteCall, names: readonly string[] = []): Write {
  const { method, path } = methodOf(call);
  const template = parseTemplate(path, names);
  const readKey = call.key === undefined ? undefined : compileRead(call.key, 'reply');
  const form = call.body ?? (method === 'DELETE' ? 'none' : 'json');
  return {
    template,
    needsKey: readKey !== undefined,
    toRequest: (inserts) => ({
      method,
      path: template.insert(inserts),
      ...toBody(form, { ...inserts.record, ...fillConstants(call.with, inserts.values ?? {}) }, fillHeaders(call.headers, inserts)),
    }),
    readKey: (reply) => toKey(readKey?.(reply)),
  };
}

/**
 * Compiles a call that reads records. `names` as in `compileWrite`.
 * @throws {TemplateFault | ExpressionProblem} if a path or an expression of the Connector is invalid.
 */
export function compileLookUp(call: LookCall, names: readonly string[] = []): LookUp {
  const template = parseTemplate(call.get, names);
  const readItems = compileRead(call.items, 'reply');
  const readKey = call.key === undefined ? undefined : compileRead(call.key, 'item');
  const readFields = Object.entries(call.fields).map(([field, text]) => [field, compileRead(text, 'item')] as const);
  const until = call.pages && compileRead(call.pages.until, 'reply');
  return {
    template,
    pages: call.pages && until && { ...call.pages, isLast: (reply) => toBoolean(until(reply)) },
    toRequest: (inserts) => ({ method: 'GET', path: template.insert(inserts), headers: fillHeaders(call.headers, inserts) }),
    readItems: (reply) => {
      const items = readItems(reply);
      return Array.isArray(items) ? items.map((item: unknown) => toItem(reply, item, readKey, readFields)) : undefined;
    },
  };
}

/**
 * Compiles the conditions that the Connector defines for replies. The first condition that is true is used, in the order exists, missing, retry, reject.
 */
export function compileReplies(replies: RestSettings['replies']): (reply: Reply) => ReplyResult | undefined {
  const conditions = replyResults.flatMap((result) => {
    const text = replies[result];
    return text === undefined ? [] : [[result, compileCondition(text)] as const];
  });
  return (reply) => conditions.find(([, holds]) => holds(reply))?.[0];
}

/** The fields of a Record; constants of the call override them. */
type Fields = Readonly<Record<string, FieldValue | null>>;

function toBody(form: 'json' | 'form' | 'none', fields: Fields, headers: Readonly<Record<string, string>>) {
  switch (form) {
    case 'none':
      return { headers };
    case 'json':
      return { headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(fields) };
    case 'form':
      return { headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body: toForm(fields) };
  }
}

/** The constants of a call, with the values that the Target provides inserted. */
function fillConstants(constants: WriteCall['with'], values: Readonly<Record<string, string>>): Fields {
  const filled = Object.entries(constants ?? {}).map(([name, constant]) => [
    name,
    typeof constant === 'string' ? fillValues(constant, values) : constant,
  ]);
  return Object.fromEntries(filled) as Fields;
}

function isTexts(value: FieldValue | null): value is readonly string[] {
  return Array.isArray(value);
}

function toForm(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of isTexts(value) ? value : [value]) form.append(name, typeof one === 'object' ? '' : String(one));
  }
  return form.toString();
}

/** The headers of a call, with values inserted. */
export function fillHeaders(headers: Readonly<Record<string, string>>, inserts: Inserts): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fillHeader(text, inserts)]));
}

function toItem(reply: Reply, item: unknown, readKey: Read | undefined, readFields: readonly (readonly [string, Read])[]): Item {
  const own = typeof item === 'object' && item !== null ? Object.entries(item) : [];
  const named = readFields.map(([field, read]) => [field, read(reply, item)] as const);
  const record = Object.fromEntries([...own, ...named].flatMap(([field, value]) => toField(field, value)));
  const key = toKey(readKey?.(reply, item));
  return { ...(key !== undefined && { key }), record };
}

/** Drops nested objects and nulls, because a Record is flat. */
function toField(field: string, value: unknown): readonly (readonly [string, OutboundRecord[string]])[] {
  if (typeof value === 'bigint') return [[field, Number(value)]];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [[field, value]];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [[field, value]] : [];
}

function toBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
