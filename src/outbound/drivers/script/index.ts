// The script Driver, for products that only a program written for the site can access.
import type { Driver } from '../driver.ts';
import { checkScript } from './check.ts';
import { openScriptConnection } from './connection.ts';
import { examineScript } from './examine.ts';
import { scriptSettings, type ScriptSettings } from './settings.ts';

/** For products that are accessed by a program of the site in any language. The program reads and writes JSON lines. */
export const scriptDriver: Driver<ScriptSettings> = {
  name: 'script',
  settings: scriptSettings,
  check: checkScript,
  open: openScriptConnection,
  examine: examineScript,
};
