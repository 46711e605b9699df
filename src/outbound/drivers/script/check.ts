// Checks script settings beyond the schema, such as a missing look-up.
import type { TargetDefinition } from '../../../domain/target.ts';
import { checkOneRow } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import type { ScriptSettings } from './settings.ts';

/** Finds problems that the schema cannot find. */
export function checkScript(settings: ScriptSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [...checkOneRow(definition, 'script'), ...checkLooking(settings, definition)];
}

/** Warns if there is no look-up: every create without a result then requires a manual check. */
function checkLooking({ asks, repeatable }: ScriptSettings, { can }: TargetDefinition): readonly SettingsProblem[] {
  if (asks.includes('find') || repeatable || !can.includes('create')) return [];
  return [
    {
      path: 'asks',
      message: 'has no find: if the response to a create is lost, an operator must check whether the product has the record',
      level: 'note',
    },
  ];
}
