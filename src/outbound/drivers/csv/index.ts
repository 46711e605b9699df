// The csv Driver: full CSV files in a folder.
import type { Driver } from '../driver.ts';
import { checkCsv } from './check.ts';
import { openCsvConnection } from './connection.ts';
import { examineCsv } from './examine.ts';
import { csvSettings, toFile, type CsvSettings } from './settings.ts';

/** Products that take whole files: all people who should be there, written into a folder whenever something changes. */
export const csvDriver: Driver<CsvSettings> = {
  name: 'csv',
  settings: csvSettings,
  check: checkCsv,
  writesTo: (settings, target) => ({ kind: 'file', text: toFile(settings, target), path: 'drop.folder' }),
  open: openCsvConnection,
  examine: examineCsv,
};
