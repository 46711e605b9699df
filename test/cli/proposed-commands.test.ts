import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandRefused } from '../../src/domain/errors.ts';
import { toOwnCommand } from '../../src/domain/own-command.ts';
import * as sample from '../admin/sample-api.ts';
import { runCommandLine, type Surroundings } from './command-line.ts';

const folders = ['--config', "/srv/it's $config", '--data', '/srv/my data'];

/** A folder with a `./vestibule` that prints its arguments, one per line. */
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-paste-'));
  await writeFile(join(folder, 'vestibule'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  await chmod(join(folder, 'vestibule'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** The arguments that a shell passes to the program if each proposed command of a text is pasted. */
function paste(text: string): readonly (readonly string[])[] {
  const lines = [...text.matchAll(/`(\.\/vestibule [^`]*)`/g)].map(([, line]) => line ?? '');
  return lines.map((line) => execFileSync('bash', ['-c', line], { cwd: folder, encoding: 'utf8' }).trimEnd().split('\n'));
}

const refusing = (reason: CommandRefused): Surroundings => ({ api: { why: () => Promise.reject(reason) } });
const orphaned = { ...sample.targetReport, state: 'orphaned' as const };
const paused = { ...sample.targetReport, state: 'paused' as const };

describe('a proposed command', () => {
  it.each<readonly [readonly string[], Surroundings]>([
    [['status'], {}],
    [['status'], { api: { status: () => Promise.resolve({ ...sample.status, targets: [orphaned, paused] }) } }],
    [['list', 'front-desk', '--parked'], {}],
    [['plan', 'front-desk'], {}],
    [['plan', 'front-desk', 'Anna Berg'], { api: { planPerson: () => Promise.resolve({ ...sample.personPlan, people: [] }) } }],
    [['apply', 'front-desk', '--yes'], {}],
    [['draft', 'front-desk'], {}],
    [['pause', 'front-desk'], {}],
    [['accept', 'front-desk', '--yes'], {}],
    [['reject', 'front-desk', '--yes', '--person', "d'arcy $5"], {}],
    [['withdraw', 'front-desk', '--yes'], {}],
    [
      ['retry', 'front-desk'],
      {
        api: {
          retry: () =>
            Promise.resolve({ ...sample.retryReport, state: 'paused', obstacle: `To continue: ${toOwnCommand('resume', 'front-desk')}.` }),
        },
      },
    ],
    [['why', 'Anna Berg'], {}],
    [['token', 'list'], { api: { listTokens: () => Promise.resolve([]) } }],
    [['why', 'x'], refusing(new CommandRefused('no', { hint: `see: ${toOwnCommand('list', "d'arcy `$5`")}` }))],
    [['start'], { watched: true }],
  ])('of %j can be pasted, with its folders', async (argv, around) => {
    const { out, err } = await runCommandLine([...argv, ...folders], around);
    const text = `${out}\n${err}`;
    const named = text.match(/\bvestibule (?!is )[a-z]+ /g) ?? [];
    const pasted = paste(text.replaceAll('`$5`', '$5'));
    expect(named).not.toEqual([]);
    expect(pasted).toHaveLength(named.length);
    for (const words of pasted) expect(words.slice(-4)).toEqual(folders);
  });

  it('is the same in JSON and CSV, also if the program has another name', async () => {
    const invocation = { program: 'docker compose exec vestibule vestibule' };
    const said = 'docker compose exec vestibule vestibule retry front-desk anna@contoso.com --data /d';
    const json = await runCommandLine(['list', 'front-desk', '--json', '--data', '/d'], { invocation });
    const csv = await runCommandLine(['list', 'front-desk', '--csv', '--limit', '1', '--data', '/d'], { invocation });
    expect(json.out).toContain(`\`${said}\``);
    expect(csv.out).toContain(`\`${said}\``);
  });
});
