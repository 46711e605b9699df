// Warns about programs, folders and files that a Target needs and this machine does not have.
import { isAbsolute } from 'node:path';
import type { TargetDefinition } from '../../domain/target.ts';
import type { Finding } from './finding.ts';
import type { Machine } from '../machine.ts';
import { valueAt } from '../value-at.ts';
import { hasReference } from '../secrets.ts';
import type { Path } from '../yaml/yaml-file.ts';

/**
 * Warns about programs, folders and certificates that are missing on this machine (another machine may have them), and about credentials in
 * plain text.
 */
export function checkMachine({ settings, folder, values = {} }: TargetDefinition, machine: Machine): readonly Finding[] {
  return [
    ...checkCommand(settings, folder, machine),
    ...checkDropFolder(settings, machine),
    ...['ca', 'cert', 'key'].flatMap((file) => checkFile(['tls', file], settings, machine)),
    ...secretPlaces(settings).flatMap((path) => checkSecret(path, settings)),
    ...Object.entries(values).flatMap(([name, { text, secret }]) => (secret && !hasReference(text) ? [writtenOut([name])] : [])),
  ];
}

function warning(path: Path, message: string, hint: string): Finding {
  return { path: ['settings', ...path], message, hint, level: 'warning' };
}

function checkCommand(settings: TargetDefinition['settings'], folder: string, machine: Machine): readonly Finding[] {
  const path = ['command', 0];
  const program = valueAt(settings, path);
  if (typeof program !== 'string' || machine.hasProgram(program, folder)) return [];
  const hint = /^(pwsh|powershell)(\.exe)?$/i.test(program)
    ? 'Install PowerShell where the daemon runs; the container image does not include it.'
    : 'Install it where the daemon runs, or correct the path.';
  return [warning(path, `the program ${program} was not found`, hint)];
}

/**
 * Warns about a missing drop folder. Vestibule never creates it: if a mount is missing, the files would be written to a local folder that
 * the product does not read.
 */
function checkDropFolder(settings: TargetDefinition['settings'], machine: Machine): readonly Finding[] {
  const path = ['drop', 'folder'];
  const folder = valueAt(settings, path);
  if (typeof folder !== 'string' || !isAbsolute(folder) || machine.isFolder(folder)) return [];
  return [warning(path, `the folder ${folder} does not exist`, 'Create or mount it.')];
}

/** The paths of credentials in the settings of Drivers. */
function secretPlaces(settings: TargetDefinition['settings']): readonly Path[] {
  const headers = valueAt(settings, ['auth', 'headers']);
  const names = typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  return [['auth', 'bearer'], ['auth', 'basic', 'password'], ['tls', 'passphrase'], ...names.map((name) => ['auth', 'headers', name])];
}

/** Warns about a secret in plain text: `apply` copies the settings to the store, but never the value of a secret reference. */
function checkSecret(path: Path, settings: TargetDefinition['settings']): readonly Finding[] {
  const secret = valueAt(settings, path);
  if (typeof secret !== 'string' || hasReference(secret)) return [];
  return [writtenOut(path)];
}

function writtenOut(path: Path): Finding {
  return warning(path, 'is a secret in plain text and would be stored unencrypted', 'Use a reference: ${env:NAME} or ${file:/path}');
}

function checkFile(path: Path, settings: TargetDefinition['settings'], machine: Machine): readonly Finding[] {
  const file = valueAt(settings, path);
  if (typeof file !== 'string' || hasReference(file) || machine.isFile(file)) return [];
  return [warning(path, `the file ${file} does not exist`, isAbsolute(file) ? 'Create or mount it.' : 'Write its absolute path.')];
}
