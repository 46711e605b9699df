// Checks of a definition that several Drivers share: one row per person, settings without effect.
import type { TargetDefinition } from '../../domain/target.ts';
import type { SettingsProblem } from './driver.ts';

/** Reports a Mapping with several rows per person: a Driver that delivers record by record supports only one. */
export function checkOneRow(definition: TargetDefinition, driver: string): readonly SettingsProblem[] {
  if (definition.rows === undefined) return [];
  return [
    {
      path: 'rows',
      message: `makes several rows for one person, which ${driver} cannot deliver`,
      hint: 'driver: csv can',
      level: 'problem',
    },
  ];
}

/** Reports a setting that would have no effect, so that no setting is silently ignored. */
export function checkUnused(path: string, why: string): readonly SettingsProblem[] {
  return [{ path, message: `has no effect: ${why}`, level: 'problem' }];
}
