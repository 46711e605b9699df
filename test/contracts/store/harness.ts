import { onTestFinished } from 'vitest';
import type { DeliveryId, SubjectRef } from '../../../src/domain/ids.ts';
import type { Delivery } from '../../../src/domain/delivery.ts';
import type { Schemas } from '../../../src/scim/schema/compile-schemas.ts';
import type { Store } from '../../support/stores.ts';
import type { EngineStore, PlanEntry, RunRelease, Settlement } from '../../../src/store/engine-store.ts';
import { anEntry, aPlanned, aShadowWrite, aTarget, later, noon } from '../../support/builders.ts';

/** One store under test. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens it again on the same data, as after a restart. */
  reopen(): Promise<StoreUnderTest>;
  /** Queues a unit after which the shared commit fails. Resolves or rejects with that unit. */
  poisonCommit(): Promise<unknown>;
  /** The same for the outbound store. */
  poisonOutboundCommit(): Promise<unknown>;
  /** Closes it and removes its data. */
  dispose(): Promise<void>;
}

/** Opens a fresh, empty store; filters and orders know `schemas`, the standard ones when missing. */
export type OpenStore = (schemas?: Schemas) => Promise<StoreUnderTest>;

/** Opens a store that is disposed of when the test ends. */
export async function openForTest(open: OpenStore, schemas?: Schemas): Promise<StoreUnderTest> {
  const opened = await open(schemas);
  onTestFinished(() => opened.dispose());
  return opened;
}

/** The engine's side of one store, with the Target `front-desk`. */
export interface Desk {
  readonly store: Store;
  readonly engine: EngineStore;
  readonly under: StoreUnderTest;
  /** Plans, releases and absorbs these entries. @returns the open Deliveries of their Subjects, in the same order. */
  plan(
    entries: readonly PlanEntry[],
    options?: { readonly release?: Partial<RunRelease>; readonly at?: Date },
  ): Promise<readonly (Delivery | undefined)[]>;
  /** Sends and settles one Delivery. */
  settle(delivery: Delivery | undefined, settlement: Partial<Settlement>, at?: Date): Promise<void>;
  /** Gives a Subject an active Shadow by a settled create. */
  hold(subject: SubjectRef, email: string, key?: string): Promise<void>;
}

export const target = 'front-desk';

/** Opens a store with a live Target. */
export async function openDesk(open: OpenStore): Promise<Desk> {
  const under = await openForTest(open);
  const { store } = under;
  const engine = store.engine(1);
  await engine.changeTarget(target, () => aTarget());
  const desk: Desk = {
    store,
    engine,
    under,
    async plan(entries, { release = {}, at = noon } = {}) {
      const rechecksUpTo = await store.rechecks.head();
      const run = await engine.beginRun({ target, kind: 'incremental', at, rechecksUpTo });
      await engine.stage(run, entries);
      await engine.release(run, { released: false, ...release });
      while (await engine.absorb(target, at)) {
        // The next portion.
      }
      return Promise.all(entries.map((entry) => openOf(store, entry.subject)));
    },
    async settle(delivery, settlement, at = noon) {
      const id = idOf(delivery);
      await engine.send([id]);
      await engine.settle(target, [{ delivery: id, state: 'done', answer: 'done', ...settlement }], at);
    },
    async hold(subject, email, key = `key of ${email}`) {
      const [delivery] = await desk.plan([anEntry(aPlanned({ subject, rows: [{ Email: email }] }))]);
      await desk.settle(delivery, { shadow: aShadowWrite({ key, sent: [{ Email: email }], keys: [{ index: 0, value: email }] }) });
      await consumeRechecks(desk, subject);
    },
  };
  return desk;
}

/** The open Delivery of one Subject. */
export async function openOf(store: Store, subject: SubjectRef): Promise<Delivery | undefined> {
  const [delivery] = await store.outbox.open(target, [subject]);
  return delivery;
}

/** The id of a Delivery that the test is sure of. */
export function idOf(delivery: Delivery | undefined): DeliveryId {
  if (delivery === undefined) throw new Error('there is no delivery');
  return delivery.id;
}

/** Plans "nothing" for a Subject, as a look at it does. */
export async function consumeRechecks(desk: Desk, subject: SubjectRef): Promise<void> {
  await desk.plan([{ subject, cause: 'settled', supersedes: [] }], { at: later(1) });
}
