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
  /** Closes the store and opens it again with the same data, like a restart. */
  reopen(): Promise<StoreUnderTest>;
  /** Queues a unit that makes the shared commit of the staging store fail. Resolves or rejects with that unit. */
  poisonCommit(): Promise<unknown>;
  /** Queues a unit that makes the shared commit of the outbound store fail. */
  poisonOutboundCommit(): Promise<unknown>;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

/** Opens a new, empty store. Filters and sorts use `schemas`; default: the standard schemas. */
export type OpenStore = (schemas?: Schemas) => Promise<StoreUnderTest>;

/** Opens a store that is removed at the end of the test. */
export async function openForTest(open: OpenStore, schemas?: Schemas): Promise<StoreUnderTest> {
  const opened = await open(schemas);
  onTestFinished(() => opened.dispose());
  return opened;
}

/** The outbound side of one store, with the Target `front-desk`. */
export interface Desk {
  readonly store: Store;
  readonly engine: EngineStore;
  readonly under: StoreUnderTest;
  /** Plans and releases these entries, and adds them to the outbox. @returns the open Deliveries of their Subjects, in the same order. */
  plan(
    entries: readonly PlanEntry[],
    options?: { readonly release?: Partial<RunRelease>; readonly at?: Date },
  ): Promise<readonly (Delivery | undefined)[]>;
  /** Marks one Delivery as sent and settles it. */
  settle(delivery: Delivery | undefined, settlement: Partial<Settlement>, at?: Date): Promise<void>;
  /** Creates an active Shadow of a Subject by a settled create. */
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

/** The id of a Delivery that must exist. */
export function idOf(delivery: Delivery | undefined): DeliveryId {
  if (delivery === undefined) throw new Error('there is no delivery');
  return delivery.id;
}

/** Plans no Action for a Subject. */
export async function consumeRechecks(desk: Desk, subject: SubjectRef): Promise<void> {
  await desk.plan([{ subject, cause: 'settled', supersedes: [] }], { at: later(1) });
}
