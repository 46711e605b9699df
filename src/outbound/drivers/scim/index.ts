// The scim Driver, for products that support SCIM 2.0.
import type { Driver } from '../driver.ts';
import { checkScim } from './check.ts';
import { openScimConnection } from './connection.ts';
import { examineScim } from './examine.ts';
import { scimSettings, type ScimSettings } from './settings.ts';

/** For products that support SCIM 2.0 (RFC 7644): the people of the Scope are created, updated and deactivated there as Users. */
export const scimDriver: Driver<ScimSettings> = {
  name: 'scim',
  settings: scimSettings,
  check: checkScim,
  writesTo: ({ url }) => ({ kind: 'address', text: url, path: 'url' }),
  open: openScimConnection,
  examine: examineScim,
};
