// The csv Driver, for products that import CSV files from a folder.
import type { Driver } from '../driver.ts';
import { checkCsv } from './check.ts';
import { openCsvConnection } from './connection.ts';
import { examineCsv } from './examine.ts';
import { csvSettings, toFile, type CsvSettings } from './settings.ts';

/** For products that import full files: a file with all people is written to a folder whenever something changes. */
export const csvDriver: Driver<CsvSettings> = {
  name: 'csv',
  settings: csvSettings,
  check: checkCsv,
  writesTo: (settings, target) => ({ kind: 'file', text: toFile(settings, target), path: 'drop.folder' }),
  open: openCsvConnection,
  examine: examineCsv,
};
