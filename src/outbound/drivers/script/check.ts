// Checks script settings beyond the schema.
import type { TargetDefinition } from '../../../domain/target.ts';
import { checkOneRow } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import type { ScriptSettings } from './settings.ts';

/** Finds problems that the schema cannot find. */
export function checkScript(settings: ScriptSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [...checkOneRow(definition, 'script'), ...checkLooking(settings, definition)];
}

/** Without a look-up, every create whose answer is lost waits for a person. */
function checkLooking({ asks, repeatable }: ScriptSettings, { can }: TargetDefinition): readonly SettingsProblem[] {
  if (asks.includes('find') || repeatable || !can.includes('create')) return [];
  return [{ path: 'asks', message: 'has no find: if the answer to a create is lost, a person must check the product', level: 'note' }];
}
