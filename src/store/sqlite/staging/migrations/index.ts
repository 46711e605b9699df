// The list of migrations of the staging store.
import type { Migration } from '../../migrate.ts';
import { first } from './0001-first.ts';

/** The migrations of the staging store, in order. They only go forward and are never edited after a release. */
export const stagingMigrations: readonly Migration[] = [first];
