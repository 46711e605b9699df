// Finds the known keys and their descriptions at a path of a schema.
import { z } from 'zod';
import type { Path } from '../yaml/yaml-file.ts';

/** The parts of a JSON Schema that are needed to follow a path. */
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly description?: string;
}

/** The known keys of a schema at a path. Uses the JSON Schema, because Zod has no public API to traverse a schema. */
export function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  return [
    ...new Set(
      schemasAt(schema, path)
        .flatMap(unfold)
        .flatMap(({ properties }) => Object.keys(properties ?? {})),
    ),
  ];
}

/** The description of the key at a path, or `undefined`. */
export function descriptionAt(schema: z.ZodType, path: Path): string | undefined {
  return schemasAt(schema, path).find(({ description }) => description !== undefined)?.description;
}

function schemasAt(schema: z.ZodType, path: Path): readonly JsonSchema[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return path.reduce<readonly JsonSchema[]>((schemas, key) => schemas.flatMap((one) => stepInto(one, key)), [root]);
}

function stepInto(schema: JsonSchema, key: string | number): readonly JsonSchema[] {
  return unfold(schema).flatMap(({ properties, additionalProperties, items }) => {
    if (typeof key === 'number') return Array.isArray(items) ? [] : items === undefined ? [] : [items as JsonSchema];
    const named = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (named !== undefined) return [named];
    return typeof additionalProperties === 'object' ? [additionalProperties] : [];
  });
}

function unfold(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(unfold)];
}
