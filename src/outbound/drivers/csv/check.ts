// Checks csv settings beyond the schema: encodable columns, placeholders of the file name, deactivation.
import type { TargetDefinition } from '../../../domain/target.ts';
import { checkUnused } from '../definition-check.ts';
import type { SettingsProblem } from '../driver.ts';
import { findUnwritable } from './encoding.ts';
import type { CsvSettings } from './settings.ts';

/**
 * Finds problems that the schema cannot find, such as columns that cannot be encoded or do not exist, and a deactivation without effect.
 */
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
  return [{ path: 'fileName', message: `${unknown} is not valid in a file name`, hint: 'Use {target} only.', level: 'problem' }];
}

function checkDeactivated({ deactivated, header }: CsvSettings, { can, absent }: TargetDefinition): readonly SettingsProblem[] {
  const able = can.includes('deactivate');
  if (deactivated === undefined) {
    if (!able || absent !== 'kept') return [];
    return [
      {
        path: 'deactivated',
        message: 'is missing: the product keeps people who are not in the file (absent: kept), so no one would be deactivated',
        hint: 'Set the cells of a deactivated person, such as { Status: Inactive }.',
        level: 'problem',
      },
    ];
  }
  if (!able) return checkUnused('deactivated', 'deactivate is not listed under can');
  return Object.keys(deactivated)
    .filter((column) => !header.includes(column))
    .map((column) => ({ path: `deactivated.${column}`, message: 'is not a column of the header', level: 'problem' }));
}
