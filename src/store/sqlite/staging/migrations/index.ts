import type { Migration } from '../../migrate.ts';
import { first } from './0001-first.ts';

/** The migrations of the staging store in their order. They only go forward and are never edited after a release. */
export const stagingMigrations: readonly Migration[] = [first];
