// Finds and resolves the secret references in settings: `${env:NAME}` and `${file:/path}`.
import { isAbsolute } from 'node:path';
import type { TargetDefinition } from '../domain/target.ts';
import type { Machine } from './machine.ts';
import type { Path } from './yaml/yaml-file.ts';

const reference = /\$\{(env|file):([^}]*)\}/g;
const anyBraces = /\$\{[^}]*\}?/g;

/** Settings with all secrets resolved. Must not be logged or stored; print the definition instead, which contains only references. */
export interface ResolvedSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The secret values, for redaction in logs; never empty strings. */
  readonly secrets: readonly string[];
  /** References that could not be resolved; the settings contain them as written. */
  readonly missing: readonly MissingSecret[];
}

/** A secret reference that cannot be resolved. */
export interface MissingSecret {
  readonly path: Path;
  /** Names the reference, never a value. */
  readonly message: string;
  /** What to do: a sentence. */
  readonly hint: string;
}

/**
 * Replaces `${env:NAME}` and `${file:/path}` anywhere inside the strings of settings, at any depth. Removes a line break at the end of a
 * secret file. Reads the environment and files; never throws.
 */
export function resolveSecrets(settings: Readonly<Record<string, unknown>>, machine: Machine): ResolvedSettings {
  const secrets = new Set<string>();
  const missing: MissingSecret[] = [];
  const replaceIn = (text: string, path: Path): string =>
    text.replace(reference, (whole, kind: string, name: string) => {
      const found = kind === 'env' ? readVariable(name, machine) : readFile(name, machine);
      if ('missing' in found) {
        const hint =
          kind === 'env'
            ? `Set ${name} in the environment of the daemon, and restart the daemon.`
            : `Put the secret in ${name} on the machine where the daemon runs.`;
        missing.push({ path, message: `${whole}: ${found.missing}`, hint });
        return whole;
      }
      secrets.add(found.secret);
      return found.secret;
    });
  const resolved = mapTexts(settings, [], replaceIn) as Readonly<Record<string, unknown>>;
  return { settings: resolved, secrets: [...secrets], missing };
}

/** Settings and values of a definition with all secrets resolved. Must not be logged or stored. */
export interface ResolvedDefinition extends ResolvedSettings {
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Resolves settings and values. A value that the Connector declares as a secret is treated as a secret even if it is plain text. Never
 * throws. The paths of missing secrets are relative to `settings`, which in the Target's file contains both.
 */
export function resolveDefinition(
  { settings, values = {} }: Pick<TargetDefinition, 'settings' | 'values'>,
  machine: Machine,
): ResolvedDefinition {
  const inSettings = resolveSecrets(settings, machine);
  const inValues = resolveSecrets(Object.fromEntries(Object.entries(values).map(([name, { text }]) => [name, text])), machine);
  const given = inValues.settings as Readonly<Record<string, string>>;
  const declared = Object.entries(values).flatMap(([name, { secret }]) => (secret ? [given[name] ?? ''] : []));
  return {
    settings: inSettings.settings,
    values: given,
    secrets: [...new Set([...inSettings.secrets, ...inValues.secrets, ...declared])].filter((secret) => secret !== ''),
    missing: [...inSettings.missing, ...inValues.missing],
  };
}

/** All secret references in a definition as written, such as `${env:BADGE_TOKEN}`. */
export function listReferences({ settings, values = {} }: Pick<TargetDefinition, 'settings' | 'values'>): readonly string[] {
  const found = new Set<string>();
  mapTexts({ settings, values }, [], (text) => {
    for (const [whole] of text.matchAll(reference)) found.add(whole);
    return text;
  });
  return [...found].sort();
}

function listSecretFiles(definition: Pick<TargetDefinition, 'settings' | 'values'>): readonly string[] {
  return listReferences(definition).flatMap((whole) =>
    [...whole.matchAll(reference)].flatMap(([, kind, name = '']) => (kind === 'file' ? [name] : [])),
  );
}

/** Paths of the files with the credentials of a definition: secrets, certificates and their keys. */
export function listCredentialFiles(definition: Pick<TargetDefinition, 'settings' | 'values'>): readonly string[] {
  const tls = Object(definition.settings['tls']) as Readonly<Record<string, unknown>>;
  const certificates = ['ca', 'cert', 'key'].flatMap((name) => (typeof tls[name] === 'string' ? [tls[name]] : []));
  return [...listSecretFiles(definition), ...certificates.filter((path) => !hasReference(path))];
}

/** True if a text contains a secret reference. */
export function hasReference(text: string): boolean {
  return text.search(reference) >= 0;
}

/** Finds strings that look like a reference but are invalid, so that `${env:…` is never sent to a Target. */
export function findBrokenReferences(
  settings: Readonly<Record<string, unknown>>,
): readonly { readonly path: Path; readonly message: string; readonly hint: string }[] {
  const found: { path: Path; message: string; hint: string }[] = [];
  mapTexts(settings, [], (text, path) => {
    for (const [braces] of text.matchAll(anyBraces)) {
      const fault = faultOf(braces);
      if (fault !== undefined) found.push({ path, message: `${braces} ${fault.message}`, hint: fault.hint });
    }
    return text;
  });
  return found;
}

function faultOf(braces: string): { readonly message: string; readonly hint: string } | undefined {
  const parts = /^\$\{(env|file):(.+)\}$/.exec(braces);
  if (parts === null) return { message: 'is not a valid secret reference', hint: 'Write ${env:NAME} or ${file:/path}' };
  const [, kind, name = ''] = parts;
  if (kind === 'env') {
    return /^\w+$/.test(name)
      ? undefined
      : { message: 'does not contain a valid variable name', hint: 'Use letters, digits and _, for example: ${env:BADGE_API}' };
  }
  return isAbsolute(name)
    ? undefined
    : { message: 'does not contain an absolute path', hint: 'Write the full path, for example: ${file:/run/secrets/badge}' };
}

type Found = { readonly secret: string } | { readonly missing: string };

function readVariable(name: string, machine: Machine): Found {
  const value = machine.env(name);
  return value === undefined || value === '' ? { missing: 'the variable is not set' } : { secret: value };
}

function readFile(path: string, machine: Machine): Found {
  try {
    const text = machine.readText(path).replace(/\r?\n$/, '');
    return text === '' ? { missing: 'the file is empty' } : { secret: text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { missing: code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})` };
  }
}

function mapTexts(value: unknown, path: Path, map: (text: string, path: Path) => string): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]));
}
