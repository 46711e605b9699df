import { isAbsolute, win32 } from 'node:path';
import type { Finding } from './finding.ts';
import { hasReference } from './secrets.ts';
import type { Path } from './yaml-file.ts';

/** Settings that say where records go and with which credentials: they come from the Target's own file only. */
const ofTheTarget: Readonly<Record<string, string>> = {
  url: "needs: { url: { text: 'Address of the product' } }",
  auth: 'needs: { auth: [basic, bearer] }',
  tls: 'nothing: a Target that needs tls says so',
  proxy: 'nothing: a Target that needs a proxy says so',
  drop: "needs: { drop: { text: 'Folder that the product reads' } }",
  environment: "needs: { NAME: { text: 'What it is' } }",
};

/** Headers that are credentials whatever they hold. */
const signIn = /^(proxy-)?authorization$|^cookie$/i;

/**
 * What a Connector may not say. It is copied from elsewhere and is not trusted: it describes how to talk to a product, and the Target's
 * file says where that is, with which secrets, and which of them it gets. `content` is the file's content as it was read.
 */
export function checkConnectorTrust(content: unknown): readonly Finding[] {
  const settings = isMap(content) && isMap(content['settings']) ? content['settings'] : {};
  return [
    ...findReferences(content, []),
    ...Object.keys(settings).flatMap((key) => (Object.hasOwn(ofTheTarget, key) ? [belongsToTarget(key)] : [])),
    ...findAbsolutePaths(settings['command']),
    ...findSignIn(settings, ['settings']),
  ];
}

function belongsToTarget(key: string): Finding {
  return problem(
    ['settings', key],
    'does not belong in a Connector',
    `Move it to the file of the Target, under settings. Declare here: ${ofTheTarget[key]}.`,
  );
}

function findReferences(value: unknown, path: Path): readonly Finding[] {
  if (typeof value === 'string') {
    if (!hasReference(value)) return [];
    const hint = "Declare it under needs, such as needs: { hookKey: { secret: 'Key of the web hook' } }, and write {hookKey} here.";
    return [problem(path, 'is a secret reference, which does not belong in a Connector', hint)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => findReferences(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

/** A Connector runs what lies in its own folder, or a program that PATH names. */
function findAbsolutePaths(command: unknown): readonly Finding[] {
  if (!Array.isArray(command)) return [];
  return command.flatMap((part: unknown, index) => {
    if (typeof part !== 'string' || !(isAbsolute(part) || win32.isAbsolute(part) || part.split(/[\\/]/).includes('..'))) return [];
    const hint = 'Put the file into the folder of the Connector, or let the Target replace settings.command.';
    return [problem(['settings', 'command', index], 'leads out of the folder of the Connector', hint)];
  });
}

/** Headers at any depth of the settings. One whose value is an insert is given by the Target. */
function findSignIn(value: unknown, path: Path): readonly Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const literal = typeof inner === 'string' && !/\{\w+\}/.test(inner);
    if (path.at(-1) === 'headers' && signIn.test(key) && literal) {
      return [
        problem(
          here,
          'is a sign-in, which does not belong in a Connector',
          'Declare needs: { auth: [bearer] }, or write {name} for a declared secret.',
        ),
      ];
    }
    return findSignIn(inner, here);
  });
}

function problem(path: Path, message: string, hint: string): Finding {
  return { path, message, hint, level: 'problem' };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
