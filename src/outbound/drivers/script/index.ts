// The script Driver: products that a program of the site can reach.
import type { Driver } from '../driver.ts';
import { checkScript } from './check.ts';
import { openScriptConnection } from './connection.ts';
import { examineScript } from './examine.ts';
import { scriptSettings, type ScriptSettings } from './settings.ts';

/** Products that are reached by a program of the site's own, in any language: JSON lines in, JSON lines out. */
export const scriptDriver: Driver<ScriptSettings> = {
  name: 'script',
  settings: scriptSettings,
  check: checkScript,
  open: openScriptConnection,
  examine: examineScript,
};
