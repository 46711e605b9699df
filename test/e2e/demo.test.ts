import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const launcher = new URL('../../bin/vestibule.js', import.meta.url).pathname;

/** Runs the demo like a person does, but without a terminal, with a minimal environment. */
async function runDemo(): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [launcher, 'demo', '--once'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [text(child.stdout), text(child.stderr)];
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return { exitCode, output: `${await out}${await err}` };
}

test('the demo provisions 250 people to three systems, and each system has the expected records at the end', async () => {
  const { exitCode, output } = await runDemo();
  expect(output).toContain('All systems are correct.');
  expect(exitCode).toBe(0);

  // Of 250 people, one has no e-mail and one has no family name, so at two of the systems one person has no valid row.
  expect(output).toMatch(/front-desk has 249 of 250 people/);
  expect(output).toMatch(/old-vms has 249 of 250 people/);
  expect(output).toMatch(/badges has 250 of 250 people/);
  expect(output).toMatch(/front-desk \(.*\): 249 to create, 1 without a valid row: .+ \(.*Email.*\)/);
  expect(output).toMatch(/old-vms \(.*\): 249 to create, 1 without a valid row: .+ \(.*lastname.*\)/);

  // The manual promises that a disabled person is removed or disabled everywhere within 3 s of the PATCH.
  const seconds = [...output.matchAll(/Disabled: .* in all three systems (\d+\.\d) s after the PATCH/g)].map(([, number]) =>
    Number(number),
  );
  expect(seconds).toHaveLength(3);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(3);

  for (const step of ['Changed:', 'Restored:', 'Deleted:', 'was deleted and created again']) expect(output).toContain(step);
  const [, folder = ''] = /^ {2}Files +(.+)$/m.exec(output) ?? [];
  expect(folder).toContain('vestibule-demo-');
  expect(existsSync(folder)).toBe(false);
}, 120_000);
