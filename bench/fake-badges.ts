import { writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface Item {
  readonly n: number;
  readonly key: string | null;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Interval at which the number of writes is written to the file: 200 milliseconds. */
const countEveryMs = 200;

/** A worker for the script driver that finds people in constant time; the number of its writes is in the file that it is given. */
async function serveLines(file: string): Promise<void> {
  const keys = new Map<unknown, string>();
  let writes = 0;
  let counted = 0;
  const answer = (what: string, { n, key, record }: Item) => {
    if (what === 'find') {
      const known = keys.get(record['number']);
      return { n, found: known === undefined ? [] : [{ key: known, record }] };
    }
    writes += 1;
    const mine = key ?? String(writes);
    keys.set(record['number'], mine);
    return { n, status: 'done', key: mine };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: what, items } = JSON.parse(line) as { readonly do: string; readonly items: readonly Item[] };
    writeSync(3, `${JSON.stringify({ v: 1, results: items.map((item) => answer(what, item)) })}\n`);
    if (performance.now() - counted < countEveryMs) continue;
    counted = performance.now();
    writeFileSync(file, String(writes));
  }
}

if (import.meta.main) await serveLines(process.argv[2] ?? '');
