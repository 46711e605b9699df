// Rejects addresses, credentials and foreign programs in a `connector.yaml`.
import { isAbsolute, win32 } from 'node:path';
import type { Finding } from './finding.ts';
import { hasReference } from '../secrets.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** Settings that determine the destination and the credentials: only the Target's file can contain them. */
const ofTheTarget: Readonly<Record<string, string>> = {
  url: "Declare here: needs: { url: { text: 'Address of the product' } }.",
  auth: 'Declare here: needs: { auth: [basic, bearer] }.',
  tls: 'No declaration is required here.',
  proxy: 'No declaration is required here.',
  drop: "Declare here: needs: { drop: { text: 'Folder that the product reads' } }.",
  environment: "Declare here: needs: { NAME: { text: 'What it is' } }.",
};

/** True for a setting that only the Target's file can contain. */
export function isSettingOfTarget(key: string): boolean {
  return Object.hasOwn(ofTheTarget, key);
}

/** Matches names of headers that contain credentials. */
const signIn = /authorization|cookie|key|token|secret|password|credential|session|signature|^auth|-auth/i;

/** Matches names of headers that can route a request to another system, or that belong to the connection. */
const routing =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|proxy-connection|x-forwarded-.*|forwarded)$/i;

/**
 * Finds what a Connector must not contain. Connectors are copied from elsewhere and not trusted: they describe the requests, and
 * only the Target's file sets the address and the secrets. `content` is the parsed content of the file.
 */
export function checkConnectorTrust(content: unknown): readonly Finding[] {
  const settings = isMap(content) && isMap(content['settings']) ? content['settings'] : {};
  return [
    ...findReferences(content, []).filter(({ path: [top, key] }) => top !== 'settings' || !Object.hasOwn(ofTheTarget, String(key))),
    ...Object.keys(settings).flatMap((key) => (Object.hasOwn(ofTheTarget, key) ? [belongsToTarget(key)] : [])),
    ...findAbsolutePaths(settings['command']),
    ...findSignIn(settings, ['settings']),
    ...findEscapes(settings, ['settings']),
  ];
}

function belongsToTarget(key: string): Finding {
  return problem(['settings', key], 'is not allowed in a connector', `Move it to settings in the target's file. ${ofTheTarget[key]}`);
}

function findReferences(value: unknown, path: Path): readonly Finding[] {
  if (typeof value === 'string') {
    if (!hasReference(value)) return [];
    const hint = "Declare it under needs, such as needs: { hookKey: { secret: 'Key of the web hook' } }, and write {hookKey} here.";
    return [problem(path, 'is a secret reference, which is not allowed in a connector', hint)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => findReferences(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

/** Finds absolute paths: a Connector can run only programs in its own folder and in PATH. */
function findAbsolutePaths(command: unknown): readonly Finding[] {
  if (!Array.isArray(command)) return [];
  return command.flatMap((part: unknown, index) => {
    if (typeof part !== 'string' || !(isAbsolute(part) || win32.isAbsolute(part) || part.split(/[\\/]/).includes('..'))) return [];
    const hint = "Put the file in the connector's folder, or set settings.command in the target's file.";
    return [problem(['settings', 'command', index], "points outside the connector's folder", hint)];
  });
}

/**
 * Finds credential headers at any depth of the settings. A header with a placeholder as its value is allowed, because the Target provides
 * the value.
 */
function findSignIn(value: unknown, path: Path): readonly Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const literal = typeof inner === 'string' && !/\{\w+\}/.test(inner);
    if (path.at(-1) === 'headers' && routing.test(key)) {
      return [problem(here, 'is a header that a connector must not set', 'Remove it: the address of the target determines it.')];
    }
    if (path.at(-1) === 'headers' && signIn.test(key) && literal) {
      return [
        problem(
          here,
          'is a credential, which is not allowed in a connector',
          'Declare needs: { auth: [bearer] }, or write {name} for a declared secret.',
        ),
      ];
    }
    return findSignIn(inner, here);
  });
}

/** Finds request paths outside the base path of the Target's URL. */
function findEscapes(value: unknown, path: Path): readonly Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (typeof inner !== 'string' || !methods.has(key)) return findEscapes(inner, here);
    const [before = ''] = inner.split('?', 1);
    const leaves = before.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
    return leaves ? [problem(here, 'points outside the address of the target', 'Write the path without . and .. segments.')] : [];
  });
}

const methods: ReadonlySet<string> = new Set(['get', 'post', 'put', 'patch', 'delete']);

function problem(path: Path, message: string, hint: string): Finding {
  return { path, message, hint, level: 'problem' };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
