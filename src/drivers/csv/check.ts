import type { TargetDefinition } from '../../domain/target.ts';
import { checkUnused } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import { findUnwritable } from './encoding.ts';
import type { CsvSettings } from './settings.ts';

/** What the schema cannot see: columns that cannot be written or are not there, and a deactivation that would change nothing. */
export function checkCsv(settings: CsvSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [...checkHeader(settings), ...checkPlaceholders(settings), ...checkDeactivated(settings, definition)];
}

function checkHeader({ header, encoding }: CsvSettings): readonly SettingsProblem[] {
  return header.flatMap((column, index) =>
    findUnwritable(column, encoding) === undefined
      ? []
      : [{ path: `header.${index}`, message: `${column} cannot be written in ${encoding}`, level: 'problem' as const }],
  );
}

function checkPlaceholders({ fileName }: CsvSettings): readonly SettingsProblem[] {
  const unknown = (fileName.match(/\{[^}]*\}/g) ?? []).find((placeholder) => placeholder !== '{target}');
  if (unknown === undefined) return [];
  return [{ path: 'fileName', message: `${unknown} means nothing in the name of a file`, hint: 'only {target} does', level: 'problem' }];
}

function checkDeactivated({ deactivated, header }: CsvSettings, { can, absent }: TargetDefinition): readonly SettingsProblem[] {
  const able = can.includes('deactivate');
  if (deactivated === undefined) {
    if (!able || absent !== 'kept') return [];
    return [
      {
        path: 'deactivated',
        message: 'is missing: the product keeps whoever is not in the file (absent: kept), so nobody would be deactivated',
        hint: 'say how the row of somebody who is deactivated looks, such as { Status: Inactive }',
        level: 'problem',
      },
    ];
  }
  if (!able) return checkUnused('deactivated', 'can does not list deactivate');
  return Object.keys(deactivated)
    .filter((column) => !header.includes(column))
    .map((column) => ({ path: `deactivated.${column}`, message: 'is no column of the header', level: 'problem' }));
}
