import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * `describe` for tests that need a program of this machine. Where it is missing they are skipped, by a title that names it; with `CI=true`
 * they run and fail instead, so that they cannot get lost in silence.
 */
export function needs(program: string): (title: string, tests: () => void) => void {
  if (process.env['CI'] === 'true' || spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) return describe;
  return (title, tests) => describe.skip(`${title} (skipped: this machine has no ${program})`, tests);
}
