#!/usr/bin/env -S node --max-semi-space-size=16
// A young generation of 16 MiB instead of 64 saves 100 MiB of memory under load; package.json, the Dockerfile and ./vestibule set the same.
// Plain JavaScript that any Node can read, so that an old Node or a missing installation gets a sentence instead of a stack trace.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const unavailable = 69;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 14)) {
  end(
    `Vestibule needs Node 22.14 or later; this is ${process.versions.node}.`,
    `In a checkout, run npm ci in ${home} and use ./vestibule (Windows: .\\vestibule): npm ci installs the version of Node that Vestibule runs on.`,
  );
}

const built = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);
const entry = existsSync(fileURLToPath(source)) ? source : built;
process.exitCode = await run();

async function run() {
  try {
    const { main } = await import(entry.href);
    return await main(process.argv.slice(2));
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND' && error.message.startsWith('Cannot find package')) notInstalled();
    throw error;
  }
}

function notInstalled() {
  end(`Vestibule is not installed completely: run npm ci in ${home} first.`);
}

function end(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(unavailable);
}
