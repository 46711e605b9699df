// The rest Driver: products with an HTTP API of their own.
import type { Driver } from '../driver.ts';
import { checkRest } from './check.ts';
import { openRestConnection } from './connection.ts';
import { examineRest } from './examine.ts';
import { restSettings, type RestSettings } from './settings.ts';

/** Products with an HTTP API of their own: find, create, update, deactivate, delete and list as the Connector describes them. */
export const restDriver: Driver<RestSettings> = {
  name: 'rest',
  settings: restSettings,
  check: checkRest,
  writesTo: ({ url }) => ({ kind: 'address', text: url, path: 'url' }),
  open: openRestConnection,
  examine: examineRest,
};
