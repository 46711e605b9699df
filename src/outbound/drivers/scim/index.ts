// The scim Driver: products that support SCIM 2.0.
import type { Driver } from '../driver.ts';
import { checkScim } from './check.ts';
import { openScimConnection } from './connection.ts';
import { examineScim } from './examine.ts';
import { scimSettings, type ScimSettings } from './settings.ts';

/** Products that speak SCIM 2.0 themselves (RFC 7644): the people of the Scope are created, changed and set inactive there. */
export const scimDriver: Driver<ScimSettings> = {
  name: 'scim',
  settings: scimSettings,
  check: checkScim,
  writesTo: ({ url }) => ({ kind: 'address', text: url, path: 'url' }),
  open: openScimConnection,
  examine: examineScim,
};
