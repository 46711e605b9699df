import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { toJsonSchemas } from '../src/config/json-schemas.ts';

// Run with: node scripts/generate-schemas.ts (a test fails when the files are not what this writes).
const folder = new URL('../schemas/', import.meta.url);
const style = await resolveConfig(new URL('x.json', folder));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(toJsonSchemas())) {
  writeFileSync(new URL(`${name}.schema.json`, folder), await format(JSON.stringify(schema), { ...style, parser: 'json' }));
}
