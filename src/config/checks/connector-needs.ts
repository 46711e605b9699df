// Checks that a Target sets the values that its Connector declares under `needs`.
import type { NeededValue, TargetDefinition } from '../../domain/target.ts';
import type { ConnectorFile } from '../schemas/connector-file.ts';
import type { Finding } from './finding.ts';

/** The settings that a Connector requires from the Target. */
export type Needs = ConnectorFile['needs'];

/** Needs that are settings of a Driver; all others are values that only this Connector uses. */
const settingsByName: ReadonlySet<string> = new Set(['url', 'auth', 'drop', 'tls', 'proxy']);

/** The needs that are values of the Connector, not settings of the Driver. */
export function valueNames(needs: Needs): readonly string[] {
  return Object.keys(needs).filter((name) => !settingsByName.has(name));
}

/** The values that a Target's settings provide for the needs; missing values are omitted. */
export function takeValues(needs: Needs, settings: Readonly<Record<string, unknown>>): Readonly<Record<string, NeededValue>> {
  const given = valueNames(needs).flatMap((name) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
    return [[name, { text: String(value), secret: isSecret(needs, name) }] as const];
  });
  return Object.fromEntries(given);
}

/** Reports needs without a value, as findings for the Target's file. */
export function checkNeeds(needs: Needs, { connector, settings, values = {}, mapping }: TargetDefinition): readonly Finding[] {
  const missing = Object.keys(needs).filter(
    (name) => !(settingsByName.has(name) ? Object.hasOwn(settings, name) : Object.hasOwn(values, name)),
  );
  const taken = valueNames(needs).filter((name) => name === 'key' || name === 'page' || Object.hasOwn(mapping, name));
  return [
    ...missing.map((name) => ({
      path: ['settings', name],
      message: `is missing: the connector ${connector} requires it`,
      hint: hintFor(needs, name),
      level: 'problem' as const,
      inTarget: true,
    })),
    ...checkSignIn(needs, settings),
    ...taken.map((name) => ({
      path: ['needs', name],
      message: 'uses a name that is reserved (key, page) or already belongs to a field of the mapping',
      hint: 'Choose another name.',
      level: 'problem' as const,
    })),
  ];
}

function checkSignIn({ auth: kinds }: Needs, settings: TargetDefinition['settings']): readonly Finding[] {
  const given = settings['auth'];
  if (kinds === undefined || typeof given !== 'object' || given === null) return [];
  if (kinds.some((kind) => Object.hasOwn(given, kind))) return [];
  const hint = `Use one of: ${kinds.join(', ')}.`;
  return [
    {
      path: ['settings', 'auth'],
      message: 'uses a sign-in method that the product does not support',
      hint,
      level: 'problem',
      inTarget: true,
    },
  ];
}

function hintFor(needs: Needs, name: string): string {
  if (name === 'auth') return `Add one of: ${(needs.auth ?? []).join(', ')}.`;
  const declared = needs[name];
  if (declared === undefined || Array.isArray(declared)) return '';
  return 'secret' in declared ? `${declared.secret}. Use a reference: \${env:NAME} or \${file:/path}.` : declared.text;
}

function isSecret(needs: Needs, name: string): boolean {
  const declared = needs[name];
  return declared !== undefined && !Array.isArray(declared) && 'secret' in declared;
}
