import { z } from 'zod';
import { drivers } from '../src/outbound/drivers/registry.ts';

/** A part of a JSON Schema, as far as it is read here. */
interface Part {
  readonly properties?: Readonly<Record<string, object>>;
}

/**
 * The schemas for editors with the settings of the Drivers in them. A Connector names its Driver, so that its settings are those of this
 * one; a Target's file does not, so that each setting of any Driver is completed there.
 */
export function withDriverSettings<T extends { readonly connector: object; readonly target: object }>(schemas: T): T {
  const connector: Part = schemas.connector;
  const target: Part = schemas.target;
  const settings: Part = target.properties?.['settings'] ?? {};
  return {
    ...schemas,
    connector: {
      ...connector,
      anyOf: [...drivers].map(([name, { settings: schema }]) => ({
        properties: { driver: { const: name }, settings: { properties: toProperties(schema) } },
      })),
    },
    target: {
      ...target,
      properties: { ...target.properties, settings: { ...settings, properties: { ...settings.properties, ...joinProperties() } } },
    },
  };
}

/** The settings of all Drivers. Where several Drivers define the same key, any of their forms is allowed. `rows` is left out: it is not a setting of a Driver. */
function joinProperties(): Readonly<Record<string, object>> {
  const forms = new Map<string, Map<string, object>>();
  for (const { settings } of drivers.values()) {
    for (const [key, form] of Object.entries(toProperties(settings))) {
      forms.set(key, (forms.get(key) ?? new Map<string, object>()).set(JSON.stringify(form), form));
    }
  }
  return Object.fromEntries(
    [...forms].map(([key, found]) => {
      const [only, ...others] = found.values();
      return [key, only !== undefined && others.length === 0 ? only : { anyOf: [...found.values()] }];
    }),
  );
}

function toProperties(schema: z.ZodType): Readonly<Record<string, object>> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Part;
  return loosen(properties) as Readonly<Record<string, object>>;
}

/** What one file cannot break: the other one may give a required key, and a secret reference stands for a text of any form. */
const perFile = new Set(['required', 'pattern', 'format', 'minLength', 'maxLength']);

function loosen(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(loosen);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([key, inner]) => {
      if (key === 'properties')
        return [[key, Object.fromEntries(Object.entries(inner as object).map(([name, value]) => [name, loosen(value)]))]];
      return perFile.has(key) ? [] : [[key, loosen(inner)]];
    }),
  );
}
