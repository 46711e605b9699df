import { describe, expect, it } from 'vitest';
import { findInvocation, type Started } from '../../src/cli/invocation.ts';
import { toCommandLine } from '../../src/cli/site-options.ts';

const started: Started = { env: {}, platform: 'linux', script: '/opt/v/bin/vestibule.js', root: '/opt/v', cwd: '/home/jo' };
const windows = { platform: 'win32' } as const;

describe('the program name in proposed commands', () => {
  it.each<readonly [string, Partial<Started>, string]>([
    ['as typed', { env: { VESTIBULE_LAUNCHER: '/opt/v/vestibule' } }, '/opt/v/vestibule'],
    ['as typed beside it', { env: { VESTIBULE_LAUNCHER: './vestibule' }, cwd: '/opt/v' }, './vestibule'],
    ['as typed, with a blank', { env: { VESTIBULE_LAUNCHER: '../my v/vestibule' } }, '"../my v/vestibule"'],
    [
      'what the image says',
      { env: { VESTIBULE_COMMAND: 'docker compose exec v vestibule', VESTIBULE_LAUNCHER: './x' } },
      'docker compose exec v vestibule',
    ],
    [
      './vestibule for npm start in its folder',
      { env: { npm_lifecycle_event: 'start', INIT_CWD: '/opt/v' }, cwd: '/opt/v' },
      './vestibule',
    ],
    [
      'the full path of the launcher for npm --prefix',
      { env: { npm_lifecycle_event: 'start', INIT_CWD: '/home/jo' }, cwd: '/opt/v' },
      '/opt/v/vestibule',
    ],
    ['the full path of the launcher for node bin/vestibule.js', {}, '/opt/v/vestibule'],
    ['vestibule if it is a link in PATH', { script: '/usr/local/bin/vestibule' }, 'vestibule'],
    ['.\\vestibule on Windows, for cmd and PowerShell', { ...windows, env: { VESTIBULE_LAUNCHER: 'vestibule' } }, '.\\vestibule'],
    ['the full path on Windows', { ...windows, env: { VESTIBULE_LAUNCHER: 'C:\\v\\vestibule.cmd' } }, 'C:\\v\\vestibule.cmd'],
  ])('is %s', (_, change, program) => {
    expect(findInvocation({ ...started, ...change }).program).toBe(program);
  });

  it('has the folder of the installation as the default if the launcher started it, otherwise the working folder', () => {
    expect(findInvocation({ ...started, env: { VESTIBULE_LAUNCHER: './vestibule' } }).home).toBe('/opt/v');
    expect(findInvocation(started).home).toBe('/home/jo');
  });

  it.each([
    ['docker compose exec vestibule vestibule', 'docker compose exec vestibule'],
    ['sudo -u vestibule /opt/v/vestibule', 'sudo -u vestibule'],
    ['vestibule', ''],
    ['', ''],
  ])('returns the wrapper command of %j', (command, wrapper) => {
    expect(findInvocation({ ...started, env: { VESTIBULE_COMMAND: command } }).wrapper).toBe(wrapper);
  });

  it('determines the shell for quoting: Git Bash uses POSIX quoting on Windows', () => {
    expect(findInvocation(started).shell).toBe('posix');
    expect(findInvocation({ ...started, ...windows }).shell).toBe('windows');
    expect(findInvocation({ ...started, ...windows, env: { SHELL: '/usr/bin/bash' } }).shell).toBe('posix');
  });
});

describe('a proposed command line', () => {
  const invocation = findInvocation({ ...started, env: { VESTIBULE_LAUNCHER: './vestibule' } });
  const container = findInvocation({ ...started, env: { VESTIBULE_COMMAND: 'docker exec v vestibule' } });
  const env = { VESTIBULE_CONFIG: '/config', VESTIBULE_DATA: '/data' };

  it('contains folders only if they differ from the defaults', () => {
    expect(toCommandLine({ invocation, env: {} }, ['status'], {})).toBe('./vestibule status');
    expect(toCommandLine({ invocation, env: {} }, ['status'], { data: '/srv/my data' })).toBe('./vestibule status --data "/srv/my data"');
  });

  it('contains folders set by environment variables, which the next shell may lack, but not those of a container', () => {
    const folders = { config: '/config', data: '/data' };
    expect(toCommandLine({ invocation, env }, ['status'], folders)).toBe('./vestibule status --config /config --data /data');
    expect(toCommandLine({ invocation: container, env }, ['status'], folders)).toBe('docker exec v vestibule status');
    expect(toCommandLine({ invocation: container, env }, ['status'], { ...folders, data: '/other' })).toBe(
      'docker exec v vestibule status --data /other',
    );
  });

  it('is quoted for Windows when it runs on Windows', () => {
    const there = findInvocation({ ...started, ...windows, env: { VESTIBULE_LAUNCHER: '.\\vestibule' } });
    const line = toCommandLine({ invocation: there, env: {} }, ['why', 'Anna "A" Berg'], { data: 'D:\\my data\\', config: 'D:\\config' });
    expect(line).toBe('.\\vestibule why "Anna ""A"" Berg" --config D:\\config --data "D:\\my data\\\\"');
  });
});
