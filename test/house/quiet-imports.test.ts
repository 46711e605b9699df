import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readFiles, root } from './source-files.ts';

/** Imports every file in one process and reports the handles that each left open, except those that were open at the start. */
const program = `
// Node creates these handles on first use.
[process.stdin, process.stdout, process.stderr].forEach((stream) => stream.isTTY);
await import('node:http');
const before = process.getActiveResourcesInfo().join();
const listeners = process.eventNames().join();
const reported = [];
for (const file of JSON.parse(process.argv[1])) {
  await import(file);
  const now = process.getActiveResourcesInfo().join();
  if (now !== before || process.eventNames().join() !== listeners) { reported.push(file + ': ' + now + ' ' + process.eventNames().join()); break; }
}
// Open handles would keep the process alive.
process.stdout.write(JSON.stringify(reported), () => process.exit());
`;

it('importing every file of src leaves nothing running and prints nothing', async () => {
  const files = readFiles('src', '.ts').map(({ path }) => `./${path}`);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(files)], {
    cwd: root,
  });
  expect({ reported: JSON.parse(stdout) as unknown, stderr }).toEqual({ reported: [], stderr: '' });
});
