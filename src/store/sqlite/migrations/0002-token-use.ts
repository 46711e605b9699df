import type { Migration } from '../migrate.ts';

/** Tokens have a use: sent as they are, or exchanged at the token endpoint. Those of the first layout are all sent. */
export const tokenUse: Migration = {
  number: 2,
  name: 'token use',
  sql: `alter table tokens add column use text not null default 'bearer' check (use in ('bearer', 'client'))`,
};
