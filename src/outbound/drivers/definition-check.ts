// Checks that Drivers share: one row per person, settings without effect.
import type { TargetDefinition } from '../../domain/target.ts';
import type { SettingsProblem } from './driver.ts';

/** A Driver that delivers record by record has one row per person. */
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

/** A setting that would have no effect: nothing is accepted and then ignored. */
export function checkUnused(path: string, why: string): readonly SettingsProblem[] {
  return [{ path, message: `has no effect: ${why}`, level: 'problem' }];
}
