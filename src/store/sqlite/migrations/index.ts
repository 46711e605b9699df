import type { Migration } from '../migrate.ts';
import { first } from './0001-first.ts';
import { tokenUse } from './0002-token-use.ts';
import { guardCounts } from './0003-guard-counts.ts';
import { foldKeys } from './0004-fold-keys.ts';
import { noRows } from './0005-no-rows.ts';
import { targetLife } from './0006-target-life.ts';
import { lists } from './0007-lists.ts';
import { doubts } from './0008-doubts.ts';
import { oneHold } from './0009-one-hold.ts';
import { doubtfulRemovals } from './0010-doubtful-removals.ts';
import { doubtfulShadows } from './0011-doubtful-shadows.ts';
import { openClaims } from './0012-open-claims.ts';
import { plainNames } from './0013-plain-names.ts';

/** All migrations in their order. They only go forward and are never edited after a release. */
export const migrations: readonly Migration[] = [
  first,
  tokenUse,
  guardCounts,
  foldKeys,
  noRows,
  targetLife,
  lists,
  doubts,
  oneHold,
  doubtfulRemovals,
  doubtfulShadows,
  openClaims,
  plainNames,
];
