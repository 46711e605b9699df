// Checks the settings of all Targets with the schemas of their Drivers.
import type { TargetDefinition } from '../../domain/target.ts';
import { hintFor } from '../../mapping/nearest-word.ts';
import { findCollisions } from './collisions.ts';
import type { Finding } from './finding.ts';
import { thisMachine, type Machine } from '../machine.ts';
import { placeIn, withoutRepeats } from '../read/read-file.ts';
import { isDoubtful } from '../read/parse-remainder.ts';
import type { SettingsChecker } from './settings-checker.ts';
import { describeIssues } from '../schemas/schema-problems.ts';
import { valueAt } from '../value-at.ts';
import { hasReference, resolveDefinition, type ResolvedSettings } from '../secrets.ts';
import { placeFinding } from './place-finding.ts';
import type { Site } from '../site.ts';
import type { Path } from '../yaml/yaml-file.ts';

/**
 * Checks the settings of every file definition with its Driver. Returns the site with the problems added, and Targets with problems moved
 * from `fileDefinitions` to `brokenTargets`. Secrets are resolved first; a missing one is a warning.
 */
export function checkSite(site: Site, drivers: ReadonlyMap<string, SettingsChecker>, machine: Machine = thisMachine()): Site {
  const findings = [...site.fileDefinitions.values()].map((definition) => ({
    name: definition.target,
    found: checkSettings(definition, drivers, machine),
  }));
  const behind = site.unsound.map(({ definition, dropped }) => ({
    name: definition.target,
    found: checkSettings(definition, drivers, machine).filter((finding) => !isDoubtful(finding, dropped)),
  }));
  const collisions = findCollisions([...site.fileDefinitions.values()], [], drivers, machine);
  const broken = new Set([
    ...findings.filter(({ found }) => found.some(({ level }) => level === 'problem')).map(({ name }) => name),
    ...collisions.filter(({ level }) => level === 'problem').map(({ target }) => target),
  ]);
  const placed = [...findings, ...behind].flatMap(({ name, found }) => {
    const origin = site.origins.get(name);
    return origin === undefined ? [] : found.map((finding) => placeFinding(origin, finding));
  });
  // Each collision is reported in the Target's file, even if the location is set in a Connector that both Targets use.
  const collided = collisions.flatMap(({ target, other: _other, ...finding }) => {
    const origin = site.origins.get(target);
    return origin === undefined ? [] : [placeIn(origin.target, finding)];
  });
  return {
    ...site,
    fileDefinitions: new Map([...site.fileDefinitions].filter(([name]) => !broken.has(name))),
    brokenTargets: [...site.brokenTargets, ...broken].sort(),
    problems: withoutRepeats([...site.problems, ...placed, ...collided]),
  };
}

/** Problems in the settings of one definition. Paths begin with `settings`, or are `driver`. */
export function checkSettings(
  definition: TargetDefinition,
  drivers: ReadonlyMap<string, SettingsChecker>,
  machine: Machine = thisMachine(),
): readonly (Finding & { readonly atKey?: boolean })[] {
  const driver = drivers.get(definition.driver);
  if (driver === undefined) {
    const names = [...drivers.keys()];
    return [
      {
        path: ['driver'],
        message: `unknown driver ${definition.driver}`,
        hint: hintFor(definition.driver, names) ?? `Use one of: ${names.join(', ')}.`,
        level: 'problem',
      },
    ];
  }
  const resolved = resolveDefinition(definition, machine);
  const warnings = resolved.missing.map(({ path, message, hint }): Finding => ({
    path: ['settings', ...path],
    message,
    hint,
    level: 'warning',
  }));
  return [...warnings, ...judge(driver, definition, resolved)];
}

function judge(
  driver: SettingsChecker,
  definition: TargetDefinition,
  { settings, missing }: ResolvedSettings,
): readonly (Finding & { readonly atKey?: boolean })[] {
  const parsed = driver.settings.safeParse(settings);
  if (parsed.success) {
    return (driver.check?.(parsed.data, definition) ?? []).map(({ path, ...found }) => ({
      ...found,
      path: ['settings', ...toPath(path, settings)],
    }));
  }
  // Skips schema problems of a text with a missing secret: they would refer to the reference and not to the secret.
  const unknown = (path: Path) => missing.length > 0 && isReference(valueAt(settings, path));
  const found = describeIssues(parsed.error, { schema: driver.settings, value: settings, isSecret: () => true });
  return found
    .filter(({ path }) => !unknown(path))
    .map((finding) => ({ ...finding, path: ['settings', ...finding.path], level: 'problem' as const }));
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && hasReference(value);
}

/** Splits a dotted path at existing keys, because a key can contain a dot. */
function toPath(dotted: string, settings: unknown): Path {
  if (dotted === '') return [];
  const parts = dotted.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('.');
    const index = Array.isArray(settings) && /^\d+$/.test(key) ? Number(key) : key;
    const inner = valueAt(settings, [index]);
    if (inner !== undefined) return [index, ...toPath(parts.slice(length).join('.'), inner)];
  }
  return parts;
}
