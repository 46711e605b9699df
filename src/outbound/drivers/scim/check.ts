// Checks scim settings beyond the schema: field paths and supported actions.
import type { TargetDefinition } from '../../../domain/target.ts';
import { checkOneRow, checkUnused } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import { checkPlainHttp } from '../plain-http.ts';
import { parseFieldPath, PathFault } from './field-path.ts';
import type { ScimSettings } from './settings.ts';

/** Finds problems that the schema cannot find, such as fields of the Mapping that are not SCIM paths, or that the Driver sets itself. */
export function checkScim(settings: ScimSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  const { can, mapping } = definition;
  const changes = can.includes('update') || can.includes('deactivate');
  return [
    ...checkOneRow(definition, 'scim'),
    ...checkPlainHttp(settings),
    ...(settings.update === 'put' && !changes ? checkUnused('update', 'neither update nor deactivate is listed under can') : []),
    ...Object.keys(mapping).flatMap(checkField),
  ];
}

function checkField(field: string): readonly SettingsProblem[] {
  if (field.toLowerCase() === 'active') {
    return [{ path: 'mapping', message: 'active is set by the driver', hint: 'Remove it from the mapping.', level: 'problem' }];
  }
  try {
    parseFieldPath(field);
    return [];
  } catch (error) {
    if (!(error instanceof PathFault)) throw error;
    return [
      {
        path: 'mapping',
        message: error.message,
        hint: 'Write a path such as name.givenName or emails[type eq "work"].value.',
        level: 'problem',
      },
    ];
  }
}
