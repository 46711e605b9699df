// Checks of a definition that several Drivers share: one row per person, settings without effect.
import type { TargetDefinition } from '../../domain/target.ts';
import type { SettingsProblem } from './driver.ts';

/** Reports a Mapping with several rows per person: a Driver that delivers record by record supports only one. */
export function checkOneRow(definition: TargetDefinition, driver: string): readonly SettingsProblem[] {
  if (definition.rows === undefined) return [];
  return [
    {
      path: 'rows',
      message: `creates several rows for one person, which the driver ${driver} cannot deliver`,
      hint: 'Use driver: csv, or remove rows.',
      level: 'problem',
    },
  ];
}

/** Reports a setting that would have no effect, so that no setting is silently ignored. */
export function checkUnused(path: string, why: string): readonly SettingsProblem[] {
  return [{ path, message: `has no effect: ${why}`, level: 'problem' }];
}
