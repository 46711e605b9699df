import type { TargetDefinition } from '../../domain/target.ts';
import { checkOneRow } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import type { ScriptSettings } from './settings.ts';

/** What the schema cannot see; a variable that is not set is a warning about this machine. */
export function checkScript(settings: ScriptSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [...checkOneRow(definition, 'script'), ...checkLooking(settings, definition), ...checkVariables(settings)];
}

/** Whoever cannot look has to leave every write that is in doubt to a person. */
function checkLooking({ asks, repeatable }: ScriptSettings, { can }: TargetDefinition): readonly SettingsProblem[] {
  if (asks.includes('find') || repeatable || !can.includes('create')) return [];
  return [{ path: 'asks', message: 'has no find: a create whose answer is lost waits for a person', level: 'note' }];
}

function checkVariables({ environment }: ScriptSettings): readonly SettingsProblem[] {
  return environment.flatMap((name, index) =>
    process.env[name] === undefined
      ? [{ path: `environment.${index}`, message: `${name} is not set`, hint: 'set it where the daemon runs', level: 'warning' as const }]
      : [],
  );
}
