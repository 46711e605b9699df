// The types of result that an expression may have.
import type { FieldValue } from '../../domain/record.ts';

/** A value that an expression can give to a field. */
export type FieldResult = Exclude<FieldValue, { readonly ref: unknown }>;

/** Result types of expressions, by purpose. */
export interface Results {
  readonly condition: boolean;
  readonly value: FieldResult;
  readonly list: readonly string[];
  /** JSON values; whole numbers are numbers. */
  readonly anything: unknown;
}

interface ResultKind<Result> {
  /** True when an expression of this CEL type may give such a result; untyped ones are judged when they run. */
  readonly accepts: (type: string) => boolean;
  readonly expected: string;
  /** @throws {Error} when the value is of another kind after all. */
  readonly convert: (value: unknown) => Result;
}

/** How each wanted result is checked and brought over the border. */
export const resultKinds: { readonly [Wants in keyof Results]: ResultKind<Results[Wants]> } = {
  condition: {
    accepts: (type) => type === 'bool' || isOpen(type),
    expected: 'true or false',
    convert: (value) => {
      if (typeof value === 'boolean') return value;
      throw new Error(`gives ${describe(value)}, not true or false`);
    },
  },
  value: {
    accepts: (type) => ['string', 'bool', 'int', 'uint', 'double', 'list<string>', 'list'].includes(type) || isOpen(type),
    expected: 'text, a number, true or false, or a list of texts',
    convert: toFieldResult,
  },
  list: {
    accepts: (type) => type === 'list<string>' || type === 'list' || isOpen(type),
    expected: 'a list of texts',
    convert: toTexts,
  },
  anything: { accepts: () => true, expected: 'anything', convert: toPlain },
};

/** Untyped, or an empty list whose type is not known. */
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
  throw new Error(`gives ${describe(value)}, not text, a number, true or false, or a list of texts`);
}

function toTexts(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`gives ${describe(value)}, not a list of texts`);
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`gives ${value}, a number that is too large`);
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return toNumber(value);
  // A list that an expression made may hold whole numbers of CEL; what a reply held comes through untouched.
  return Array.isArray(value) ? value.map(toPlain) : value;
}

/** A value as reports and their JSON can carry it: CEL's whole numbers as numbers, as text where they would lose digits. Never throws. */
export function toReported(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(toReported) : value;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'the text';
  return typeof value === 'number' ? 'the number' : 'the value';
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list with other values in it';
  return typeof value === 'object' ? 'an object' : `${nameOf(value)} ${JSON.stringify(value)}`;
}
