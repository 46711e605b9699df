// The rest Driver, for products with a proprietary HTTP API.
import type { Driver } from '../driver.ts';
import { checkRest } from './check.ts';
import { openRestConnection } from './connection.ts';
import { examineRest } from './examine.ts';
import { restSettings, type RestSettings } from './settings.ts';

/** For products with a proprietary HTTP API. The Connector defines the calls to find, create, update, deactivate, delete and list. */
export const restDriver: Driver<RestSettings> = {
  name: 'rest',
  settings: restSettings,
  check: checkRest,
  writesTo: ({ url }) => ({ kind: 'address', text: url, path: 'url' }),
  open: openRestConnection,
  examine: examineRest,
};
