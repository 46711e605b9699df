#!/usr/bin/env -S node --max-semi-space-size=16
// A young generation of 16 MiB instead of 64 spares 100 MiB of memory under load; package.json and the Dockerfile say the same.
// The launcher: plain JavaScript that any Node can read, so that an old one gets a sentence instead of a crash in native code.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 14)) {
  process.stderr.write(
    `Vestibule needs Node 22.14 or later; this is ${process.versions.node}.\n` +
      'From a checkout, run it as: npm ci && npm run -s vestibule -- ARGS (npm then uses the Node that the project brings along).\n',
  );
  process.exit(69);
}

const built = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);
const entry = existsSync(fileURLToPath(source)) ? source : built;
const { main } = await import(entry.href);
process.exitCode = await main(process.argv.slice(2));
