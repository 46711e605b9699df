// The list of migrations of the outbound store.
import type { Migration } from '../../migrate.ts';
import { first } from './0001-first.ts';
import { parked } from './0002-parked.ts';

/** The migrations of the outbound store, in order. They only go forward and are never edited after a release. */
export const outboundMigrations: readonly Migration[] = [first, parked];
