// Finds Targets that write to the same file or address.
import type { TargetName } from '../../domain/ids.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import type { WriteLocation } from '../../domain/write-location.ts';
import type { SettingsChecker } from './settings-checker.ts';
import type { Finding } from './finding.ts';
import type { Machine } from '../machine.ts';
import { hasReference, resolveSecrets } from '../secrets.ts';

/** A definition that writes to the same file (`level` *problem*) or URL (*warning*) as another Target. */
export interface Collision extends Finding {
  readonly target: TargetName;
  /** The other Target. */
  readonly other: TargetName;
}

/**
 * Finds collisions among `definitions`, and between them and `others` (those of a Target of the same name do not count). Each collision is
 * reported once per affected definition. Definitions with settings that are invalid for their Driver are skipped.
 */
export function findCollisions(
  definitions: readonly TargetDefinition[],
  others: readonly TargetDefinition[],
  drivers: ReadonlyMap<string, SettingsChecker>,
  machine: Machine,
): readonly Collision[] {
  const toWriter = (definition: TargetDefinition) => {
    const place = placeOf(definition, drivers, machine);
    return place === undefined ? [] : [{ definition, place, key: toKey(place, machine) }];
  };
  const writers = definitions.flatMap(toWriter);
  const all = [...writers, ...others.flatMap(toWriter)];
  return writers.flatMap(({ definition, place, key }) => {
    const other = all.find((one) => one.key === key && one.definition.target !== definition.target);
    return other === undefined ? [] : [tell(definition, place, other.definition.target)];
  });
}

function tell({ target, settings }: TargetDefinition, place: WriteLocation, other: TargetName): Collision {
  const path = ['settings', ...place.path.split('.')];
  if (place.kind === 'address') {
    const message = `has the same address as the target ${other}, so both change the same records`;
    const hint = 'Make sure that each person is in the scope of only one of the two targets.';
    return { target, other, path, message, hint, level: 'warning' };
  }
  // A path that contains a secret is not shown.
  const file = hasReference(JSON.stringify(settings['drop'] ?? '')) ? 'this file' : place.text;
  const message = `writes ${file}, which the target ${other} also writes`;
  return { target, other, path, message, hint: 'Give each target its own folder or fileName, such as {target}.csv.', level: 'problem' };
}

function placeOf(definition: TargetDefinition, drivers: ReadonlyMap<string, SettingsChecker>, machine: Machine): WriteLocation | undefined {
  const driver = drivers.get(definition.driver);
  if (driver?.writesTo === undefined) return undefined;
  const parsed = driver.settings.safeParse(resolveSecrets(definition.settings, machine).settings);
  return parsed.success ? driver.writesTo(parsed.data, definition.target) : undefined;
}

/** A key that is equal for different spellings of the same location. */
function toKey({ kind, text }: WriteLocation, machine: Machine): string {
  if (kind === 'file') return `file ${machine.ignoresCase ? machine.realPath(text).toLowerCase() : machine.realPath(text)}`;
  const { protocol, host, pathname } = new URL(text);
  return `address ${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
}
