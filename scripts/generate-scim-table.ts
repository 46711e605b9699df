import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { ProvenRow } from '../test/conformance/prove-requirements.ts';
import { renderTable } from '../test/conformance/table.ts';

// Run with: npm run conformance. Runs the requirements of test/conformance and writes docs/scim.md from their results. A test
// compares the page with the requirements, so a forgotten run is noticed.

/** What vitest's JSON report says of a test, as far as it matters here. */
interface Tested {
  readonly title: string;
  readonly status: string;
  readonly meta?: { readonly requirement?: ProvenRow };
}

const root = fileURLToPath(new URL('..', import.meta.url));
const tested = runRequirements();
const rows = tested.flatMap(({ meta }) => meta?.requirement ?? []).toSorted((a, b) => a.place - b.place);
const unproven = tested.filter(({ status, meta }) => meta?.requirement && status !== 'passed');

if (rows.length === 0 || unproven.length > 0) {
  for (const { title, status } of unproven) console.error(`${status}: ${title}`);
  console.error(`${unproven.length} of ${rows.length} requirements not proven; docs/scim.md unchanged`);
  process.exitCode = 1;
} else {
  const page = join(root, 'docs', 'scim.md');
  writeFileSync(page, await format(renderTable(rows), { ...(await resolveConfig(page)), parser: 'markdown' }));
  console.log(`${rows.length} requirements proven; docs/scim.md written`);
}

function runRequirements(): readonly Tested[] {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-conformance-'));
  try {
    const report = join(folder, 'report.json');
    // Not the test that compares the page: it is about to change.
    const words = ['run', 'test/conformance', '--exclude', '**/table.test.ts'];
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    spawnSync(process.execPath, [vitest, ...words, '--reporter=json', `--outputFile=${report}`], { cwd: root, stdio: 'inherit' });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: readonly { assertionResults: readonly Tested[] }[] };
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
