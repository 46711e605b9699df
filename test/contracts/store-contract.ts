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
import { describePlaces } from './store/places.ts';
import { describePlans } from './store/plans.ts';
import { describePublications } from './store/publications.ts';
import { describeReferences } from './store/references.ts';
import { describeSettlements } from './store/settlements.ts';
import { describeTargetLife } from './store/target-lifecycle.ts';
import { describeUnits } from './store/units.ts';
import { describeUsers } from './store/users.ts';

/** Holds a store to everything that callers of the port rely on. `open` gives a fresh, empty one each time. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe('a unit', () => describeUnits(open));
    describe('users', () => describeUsers(open));
    describe('places', () => describePlaces(open));
    describe('groups', () => describeGroups(open));
    describe('creations under reserved ids', () => describeCreations(open));
    describe('references', () => describeReferences(open));
    describe('nested groups', () => describeNestedGroups(open));
    describe('changes', () => describeChanges(open));
    describe('plans', () => describePlans(open));
    describe('settlements', () => describeSettlements(open));
    describe('the guard', () => describeGuardSide(open));
    describe('a hold', () => describeHolds(open));
    describe('people without a valid row', () => describeNoRows(open));
    describe('lists of a Target', () => describeLists(open));
    describe('publications', () => describePublications(open));
    describe('the life of a target', () => describeTargetLife(open));
  });
}
