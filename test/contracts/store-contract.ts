import { describe } from 'vitest';
import { describeChanges } from './store/changes.ts';
import { describeCreations } from './store/creations.ts';
import { describeGroups } from './store/groups.ts';
import { describeGuardSide } from './store/guard.ts';
import { describeHolds } from './store/holds.ts';
import type { OpenStore } from './store/harness.ts';
import { describeLists } from './store/lists.ts';
import { describeNestedGroups } from './store/nested-groups.ts';
import { describeNoRows } from './store/no-rows.ts';
import { describePagePositions } from './store/page-positions.ts';
import { describePlans } from './store/plans.ts';
import { describePublications } from './store/publications.ts';
import { describeReferences } from './store/references.ts';
import { describeSettlements } from './store/settlements.ts';
import { describeTargetLife } from './store/target-lifecycle.ts';
import { describeUnits } from './store/units.ts';
import { describeUsers } from './store/users.ts';

/** Tests the whole contract of a store. `open` returns a new, empty store on each call. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe('in a unit of work', () => describeUnits(open));
    describe('for users', () => describeUsers(open));
    describe('for page positions', () => describePagePositions(open));
    describe('for groups', () => describeGroups(open));
    describe('for creations under reserved ids', () => describeCreations(open));
    describe('for references', () => describeReferences(open));
    describe('for nested groups', () => describeNestedGroups(open));
    describe('for changes', () => describeChanges(open));
    describe('for plans', () => describePlans(open));
    describe('for settlements', () => describeSettlements(open));
    describe('for the guard', () => describeGuardSide(open));
    describe('for holds', () => describeHolds(open));
    describe('for people without a valid row', () => describeNoRows(open));
    describe('for lists of a Target', () => describeLists(open));
    describe('for publications', () => describePublications(open));
    describe('for the lifecycle of a Target', () => describeTargetLife(open));
  });
}
