import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findStale, renderGeneratedFiles } from './generated-files.ts';

// Run with `npm run schemas`: writes the schemas for editors and the tables of docs/configuration.md from the schemas of src/config.
// With --check it writes nothing and fails if one of them is stale; `npm run check` does that.
const root = join(import.meta.dirname, '..');
const files = await renderGeneratedFiles(root);
const stale = findStale(root, files);
if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is stale: run npm run schemas`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, text } of files.filter((file) => stale.includes(file.path))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
