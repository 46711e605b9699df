import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const file = new URL('../../src/cli/terminal/wait-for-stop-signal.ts', import.meta.url);

/**
 * A program that prints each signal that did not end it, runs until its standard input ends, and then exits with 7 if it received a stop
 * signal.
 */
const program = (repeatMs: number) => `
  import { waitForStopSignal } from '${file.href}';
  let asked = false;
  process.stdin.resume().on('end', () => process.exit(asked ? 7 : 8));
  waitForStopSignal(${repeatMs}).then(() => (asked = true));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => console.log('signal'));
  console.log('ready');
`;

/**
 * Sends the first signal, and the second as soon as the first has arrived. Then closes standard input, which ends a program that survives
 * both. @returns the exit code.
 */
async function signalTwice(repeatMs: number, first: NodeJS.Signals, second: NodeJS.Signals): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(repeatMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const steps = [() => child.kill(first), () => child.kill(second), () => child.stdin.end()];
  for await (const _ of createInterface(child.stdout)) steps.shift()?.();
  const [exitCode] = (await ended) as readonly unknown[];
  return exitCode;
}

it.each([
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGTERM', 'SIGINT', 130],
] as const)('%s stops the process; %s after that exits at once with %i', async (first, second, exitCode) => {
  expect(await signalTwice(0, first, second)).toBe(exitCode);
});

it('a Ctrl-C that npm forwards again counts as the same signal', async () => {
  expect(await signalTwice(60_000, 'SIGINT', 'SIGINT')).toBe(7);
});
