import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { parseBulk } from '../../../src/scim/bulk/parse-bulk.ts';
import { parseResourcePath } from '../../../src/scim/bulk/bulk-resource.ts';
import { ScimError } from '../../../src/scim/errors.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { runBulk, type BulkOutcome } from '../../../src/inbound/staging/run-bulk.ts';
import type { SourceStore } from '../../../src/store/staging.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import { anOrigin } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';
import { predict, type Staged, type OperationSpec } from './bulk-oracle.ts';

const schemas = compileSchemas();
let folder: string;
let store: Store;
let sources = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-bulk-'));
  store = await openJoined({ folder: folder, clock: new TestClock(), log: silentLogger, schemas });
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A separate Source per request, so that requests do not see the resources of others. */
function newSource(): SourceStore {
  sources += 1;
  return store.of(`source-${sources}`);
}

function run(source: SourceStore, operations: readonly object[], failOnErrors?: number): Promise<readonly BulkOutcome[]> {
  const resourceOf = (operation: Parameters<typeof parseResourcePath>[0]) => parseResourcePath(operation, 'https://x.test/scim', '/scim');
  const deps = { staging: { source, schemas }, resourceOf, writeOf: () => ({ by: anOrigin() }) };
  return runBulk(deps, parseBulk({ Operations: operations, ...(failOnErrors !== undefined && { failOnErrors }) }, 1000));
}

function statusOf({ result }: BulkOutcome): number {
  return result.is === 'done' ? result.status : result.error instanceof ScimError ? result.error.status : 500;
}

function ref(place: number): string {
  return `bulkId:${place}`;
}

function managedBy(place: number | undefined) {
  return place === undefined ? {} : { [enterpriseUserUrn]: { manager: { value: ref(place) } } };
}

function toOperation(spec: OperationSpec, place: number): object {
  switch (spec.is) {
    case 'user':
      return {
        method: 'POST',
        path: '/Users',
        bulkId: `${place}`,
        data: { userName: spec.name, ...managedBy(spec.manager) },
      };
    case 'group': {
      const members = spec.members.map((one) => ({ value: ref(one) }));
      return { method: 'POST', path: '/Groups', bulkId: `${place}`, data: { displayName: spec.name, members } };
    }
    case 'rename': {
      const value = { userName: spec.name, ...managedBy(spec.manager) };
      return { method: 'PATCH', path: `/Users/${ref(spec.user)}`, data: { Operations: [{ op: 'replace', value }] } };
    }
    case 'join': {
      const data = { Operations: [{ op: 'add', path: 'members', value: [{ value: ref(spec.member) }] }] };
      return { method: 'PATCH', path: `/Groups/${ref(spec.group)}`, data };
    }
    case 'leave':
      return { method: 'DELETE', path: `/Users/${ref(spec.user)}` };
  }
}

/** The current content in the form of the oracle, with ids replaced by the indexes of the POSTs that created them. */
async function readStaged(source: SourceStore, outcomes: readonly BulkOutcome[]): Promise<Staged> {
  const placeOf = (id: string | undefined) => {
    const place = outcomes.findIndex(({ operation, resource }) => operation.method === 'POST' && resource?.id === id);
    // An id that no POST created stays unchanged, and the oracle expects none.
    return place < 0 ? id : place;
  };
  const users = (await source.users.find({ startIndex: 1, count: 100 })).items.map(({ person }) => {
    const manager = person.user[enterpriseUserUrn]?.manager?.value;
    return [placeOf(person.id), { name: person.user.userName, manager: manager === undefined ? undefined : placeOf(manager) }];
  });
  const groups = await Promise.all(
    (await source.groups.find({ startIndex: 1, count: 100 })).items.map(async ({ id, group }) => {
      const members = await source.groups.members(id, undefined, 100);
      return [placeOf(id), { name: group.displayName, members: new Set(members.map((member) => placeOf(member.id))) }];
    }),
  );
  return { users: new Map(users as never), groups: new Map(groups as never) };
}

const place = fc.nat(8);
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const manager = fc.option(place, { nil: undefined });
const operationSpec: fc.Arbitrary<OperationSpec> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constant('user' as const), name, manager }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('group' as const), name, members: fc.uniqueArray(place, { maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('rename' as const), user: place, name, manager }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('join' as const), group: place, member: place }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('leave' as const), user: place }) },
);

test('a random bulk gives the result of a simple model, and leaves no reference unresolved', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operationSpec, { maxLength: 8 }), async (job) => {
      const source = newSource();
      const outcomes = await run(source, job.map(toOperation));
      const expected = predict(job);
      expect(outcomes.map(statusOf)).toEqual(expected.statuses);
      expect(await readStaged(source, outcomes)).toEqual(expected.staged);
    }),
    { numRuns: 400 },
  );
});
