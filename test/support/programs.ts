import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * `describe` for tests that need a program on this machine. If the program is missing, the tests are skipped, and the title names the
 * program. With `CI=true` they run and fail instead, so that skipped tests are not overlooked.
 */
export function needs(program: string): (title: string, tests: () => void) => void {
  if (process.env['CI'] === 'true' || spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) return describe;
  return (title, tests) => describe.skip(`${title} (skipped: this machine has no ${program})`, tests);
}
