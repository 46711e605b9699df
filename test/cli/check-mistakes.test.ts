import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFiles } from '../config/folder.ts';
import { runVestibule } from './daemon-process.ts';

/** Runs the real `check` on real files, in a separate process and without a daemon. */
async function check(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly exitCode: number | null; readonly lines: readonly string[] }> {
  const folder = writeFiles(files);
  const { exitCode, out } = await runVestibule('check', '--config', folder, '--data', join(folder, 'data'));
  return { exitCode, lines: out.replaceAll(folder, 'config').split('\n') };
}

it('check reports line, column, cause and hint for mistakes in real files, and exits with code 2', async () => {
  const { exitCode, lines } = await check({
    'targets/tabs.yaml': 'target: tabs\nconnector: sine-csv\nschedule:\n\tonChange: false\n',
    'targets/scope.yaml':
      "target: scope\nconnector: sine-csv\nsettings: { drop: { folder: /tmp } }\ntables: { offices: { Graz: GRZ } }\nscope: ['memberOf(All Staff)']\n",
    'targets/copy.yaml.bak': 'target: copy\n',
  });
  const text = lines.join('\n');
  expect(exitCode).toBe(2);
  expect(text).toContain(
    'config/targets/tabs.yaml\n  problem  line 4, column 1: a tab is used for indentation\n    -> Use spaces: YAML does not allow tabs there.',
  );
  expect(text).toContain(
    'config/targets/scope.yaml\n  problem  line 5, column 19, scope.0: the text All Staff needs quotes\n    -> Write: memberOf("All Staff")',
  );
  expect(text).toContain(
    'config/targets/copy.yaml.bak\n  warning  is not read because of its name or location\n    -> Rename it to copy.yaml',
  );
  expect(lines.filter((line) => line.startsWith('  problem'))).toHaveLength(2);
});

it('check without a daemon reports a misspelt source at its line, with the known names', async () => {
  const target = 'target: desk\nconnector: sine-csv\nsource: hr-contso\nsettings: { drop: { folder: /tmp } }\n';
  const { exitCode, lines } = await check({ 'vestibule.yaml': 'sources: { hr-contoso: {}, plant: {} }\n', 'targets/desk.yaml': target });
  expect(exitCode).toBe(2);
  expect(lines.join('\n')).toContain(
    'config/targets/desk.yaml\n  problem  line 3, column 9, source: unknown source hr-contso; known: hr-contoso, plant\n    -> Did you mean hr-contoso?',
  );
});

it('an ignored file is a warning: exit code 0, and 2 with --strict only', async () => {
  const { exitCode, lines } = await check({ 'lobby.yaml': 'target: lobby\nconnector: sine-csv\n' });
  expect(exitCode).toBe(0);
  expect(lines).toContain('    -> Move it to targets/lobby.yaml.');
});
