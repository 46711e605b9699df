import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { toJsonSchemas } from '../src/config/schemas/json-schemas.ts';
import { withDriverSettings } from './driver-settings.ts';
import { fillTables, listSettings, renderSettings, type Schema } from './settings-table.ts';

/** A file that is made from the schemas of src/config: its path from the root of the repository, and what belongs in it. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** All files that are made from the schemas, as they belong in the repository at `root`: schemas for editors, and the page of settings. */
export async function renderGeneratedFiles(root: string): Promise<readonly GeneratedFile[]> {
  const schemas = Object.entries(withDriverSettings(toJsonSchemas())).map(
    ([name, schema]) => [`schemas/${name}.schema.json`, JSON.stringify(schema), 'json'] as const,
  );
  const page = 'docs/configuration.md';
  const filled = fillTables(readFileSync(join(root, page), 'utf8'), renderTables());
  return Promise.all(
    [...schemas, [page, filled, 'markdown'] as const].map(async ([path, text, parser]) => ({
      path,
      text: await format(text, { ...(await resolveConfig(join(root, path))), parser }),
    })),
  );
}

/** Those of the files that are missing at `root`, or differ there. */
export function findStale(root: string, files: readonly GeneratedFile[]): readonly string[] {
  return files
    .filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
    .map(({ path }) => path);
}

/** The tables of docs/configuration.md by name. */
function renderTables(): Readonly<Record<string, string>> {
  const { vestibule, connector, target } = toJsonSchemas() as Readonly<Record<string, Schema>>;
  const parts = {
    vestibule,
    attribute: open(open(at(vestibule, 'attributes'))).anyOf?.find(({ properties }) => properties !== undefined),
    connector,
    example: at(connector, 'examples').items,
    field: open(at(connector, 'mapping')).anyOf?.find(({ properties }) => properties !== undefined),
    target,
    condition: at(target, 'scope').items?.anyOf?.find(({ properties }) => properties !== undefined),
    step: at(at(target, 'leavers'), 'gone').items,
  };
  return Object.fromEntries(Object.entries(parts).map(([name, schema]) => [name, renderSettings(listSettings(schema ?? {}))]));
}

function at(schema: Schema | undefined, key: string): Schema {
  return schema?.properties?.[key] ?? {};
}

/** The schema of the values of a map with free keys. */
function open({ additionalProperties }: Schema): Schema {
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}
