import type { Migration } from '../../migrate.ts';
import { first } from './0001-first.ts';

/** The migrations of the outbound store in their order. They only go forward and are never edited after a release. */
export const outboundMigrations: readonly Migration[] = [first];
