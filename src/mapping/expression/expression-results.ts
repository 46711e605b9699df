// The result types of expressions: how each is checked at compile time and converted from CEL values.
import type { FieldValue } from '../../domain/record.ts';

/** The result of a field expression. */
export type FieldResult = Exclude<FieldValue, { readonly ref: unknown }>;

/** The TypeScript type of each kind of result. */
export interface Results {
  readonly condition: boolean;
  readonly value: FieldResult;
  readonly list: readonly string[];
  /** A JSON value; whole numbers are numbers, not BigInt. */
  readonly anything: unknown;
}

interface ResultKind<Result> {
  /** True if an expression of this CEL type can have such a result. Results of an untyped expression are checked when it runs. */
  readonly accepts: (type: string) => boolean;
  readonly expected: string;
  /** Converts a CEL value. @throws {Error} if the value is of another type. */
  readonly convert: (value: unknown) => Result;
}

/** The check and the conversion for each kind of result. */
export const resultKinds: { readonly [Wants in keyof Results]: ResultKind<Results[Wants]> } = {
  condition: {
    accepts: (type) => type === 'bool' || isOpen(type),
    expected: 'true or false',
    convert: (value) => {
      if (typeof value === 'boolean') return value;
      throw new Error(`returns ${describe(value)}, not true or false`);
    },
  },
  value: {
    accepts: (type) => ['string', 'bool', 'int', 'uint', 'double', 'list<string>', 'list'].includes(type) || isOpen(type),
    expected: 'a string, a number, true or false, or a list of strings',
    convert: toFieldResult,
  },
  list: {
    accepts: (type) => type === 'list<string>' || type === 'list' || isOpen(type),
    expected: 'a list of strings',
    convert: toTexts,
  },
  anything: { accepts: () => true, expected: 'anything', convert: toPlain },
};

/** True for an untyped expression, and for an empty list of unknown type. */
function isOpen(type: string): boolean {
  return type.startsWith('dyn') || type === 'list<T>';
}

function toFieldResult(value: unknown): FieldResult {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      break;
    case 'bigint':
      return toNumber(value);
    default:
      if (Array.isArray(value)) return toTexts(value);
  }
  throw new Error(`returns ${describe(value)}, not a string, a number, true or false, or a list of strings`);
}

function toTexts(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`returns ${describe(value)}, not a list of strings`);
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`returns ${value}, a number that is too large`);
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return toNumber(value);
  // A list built by an expression can contain BigInts of CEL; a list from a reply contains JSON values.
  return Array.isArray(value) ? value.map(toPlain) : value;
}

/** Converts a value for reports and their JSON: a BigInt becomes a number, or a string if a number would lose digits. Never throws. */
export function toReported(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(toReported) : value;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'the string';
  return typeof value === 'number' ? 'the number' : 'the value';
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list with values that are not strings';
  return typeof value === 'object' ? 'an object' : `${nameOf(value)} ${JSON.stringify(value)}`;
}
