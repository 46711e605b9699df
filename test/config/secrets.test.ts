import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisMachine } from '../../src/config/machine.ts';
import { resolveSecrets } from '../../src/config/secrets.ts';
import { aMachine, writeFiles } from './folder.ts';

const machine = aMachine({ TOKEN: 's3cret', EMPTY: '' }, { '/run/secrets/vms': 'pass word\n', '/run/secrets/empty': '\n' });

it('references are replaced in texts at any depth, and each secret is listed once', () => {
  const settings = {
    auth: { headers: { Authorization: 'Basic ${file:/run/secrets/vms}' } },
    list: ['${env:TOKEN}-${env:TOKEN}'],
    port: 5,
    plain: '{file} $TOKEN',
  };
  expect(resolveSecrets(settings, machine)).toEqual({
    settings: { auth: { headers: { Authorization: 'Basic pass word' } }, list: ['s3cret-s3cret'], port: 5, plain: '{file} $TOKEN' },
    secrets: ['pass word', 's3cret'],
    missing: [],
  });
});

it('a secret that looks like a reference is not resolved again', () => {
  expect(resolveSecrets({ a: '${env:X}' }, aMachine({ X: '${env:Y}', Y: 'no' })).settings).toEqual({ a: '${env:Y}' });
});

describe('a reference that cannot be resolved is reported and stays as written', () => {
  it.each([
    ['${env:NOBODY}', '${env:NOBODY}: the variable is not set', 'Set NOBODY in the environment of the daemon, and restart the daemon.'],
    ['${env:EMPTY}', '${env:EMPTY}: the variable is not set', 'Set EMPTY in the environment of the daemon, and restart the daemon.'],
    [
      '${file:/run/secrets/nobody}',
      '${file:/run/secrets/nobody}: the file does not exist',
      'Put the secret in /run/secrets/nobody on the machine where the daemon runs.',
    ],
    [
      '${file:/run/secrets/empty}',
      '${file:/run/secrets/empty}: the file is empty',
      'Put the secret in /run/secrets/empty on the machine where the daemon runs.',
    ],
    ['${file:/}', '${file:/}: the file cannot be read (EISDIR)', 'Put the secret in / on the machine where the daemon runs.'],
  ])('%s', (text, message, hint) => {
    expect(resolveSecrets({ auth: { bearer: text } }, machine)).toEqual({
      settings: { auth: { bearer: text } },
      secrets: [],
      missing: [{ path: ['auth', 'bearer'], message, hint }],
    });
  });
});

describe('the machine that the daemon runs on', () => {
  it('reads variables and files', () => {
    const folder = writeFiles({ secret: 'x\r\n' });
    const real = thisMachine({ A: 'a' });
    expect(resolveSecrets({ a: '${env:A}', b: `\${file:${join(folder, 'secret')}}` }, real).settings).toEqual({ a: 'a', b: 'x' });
    expect([real.isFolder(folder), real.isFile(folder), real.isFile(join(folder, 'secret')), real.isFolder(join(folder, 'none'))]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('finds programs by path, in the folder of the Connector and in PATH, and only executable ones', () => {
    const folder = writeFiles({ 'script.sh': '' });
    const real = thisMachine(process.env);
    expect(real.hasProgram(process.execPath, folder)).toBe(true);
    expect(real.hasProgram('./script.sh', folder)).toBe(false);
    expect(real.hasProgram('sh', folder)).toBe(process.platform !== 'win32');
    expect(real.hasProgram('no-such-program-anywhere', folder)).toBe(false);
  });
});
