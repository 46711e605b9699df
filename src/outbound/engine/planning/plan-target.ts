// Plans one Target: stages all pages and releases the Plan.
import type { Planned } from '../../../domain/delivery.ts';
import { GuardedCounter } from '../../../domain/guard-counts.ts';
import type { TargetName } from '../../../domain/ids.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { planningHash } from '../../../mapping/canonical-json.ts';
import type { PlanEntry, RunKind, RunRelease } from '../../../store/engine-store.ts';
import type { EngineDeps } from '../deps.ts';
import type { CompiledRules } from './derive-desired-state.ts';
import { checkGuard, type GuardResult } from '../guard/guard.ts';
import { readContacts, type PlanFrame } from './plan-frame.ts';
import { planPage, type SubjectPlanned } from './plan-page.ts';
import { nextTurn } from '../next-turn.ts';
import { allSubjects, affectedSubjects, type SelectedSubject } from './select-subjects.ts';

/** The result of one Run: counts per Action, and the decision of the Guard. */
export interface RunSummary {
  readonly kind: RunKind;
  readonly looked: number;
  readonly wanted: Readonly<Record<Planned['action'], number>>;
  readonly guard: GuardResult;
}

/** The kind and options of a Run. */
export interface RunRequest {
  readonly kind: RunKind;
  /** A person saw and accepted this Plan, so the Guard does not count it. */
  readonly released: boolean;
  /** Looks at due Rechecks only: the Target wants Changes planned by its schedule, not as they come. */
  readonly rechecksOnly?: boolean;
  /** Ends the Run between two pages; nothing of it is kept. Missing: it runs to its end. */
  readonly signal?: AbortSignal;
}

/** A Run was interrupted: it is planned again later. */
export class Interrupted extends Error {}

/**
 * Plans one Target and releases the Plan with the Cursor. An incremental Run looks at whom the Changes since the Cursor affect and at
 * due Rechecks; any other kind looks at everyone. Sends nothing. A crash at any point leaves either the old Cursor and no Plan, or the
 * new Cursor and the whole Plan.
 * @throws {Interrupted} when the order's signal aborts before the Plan is released.
 */
export async function planTarget(
  deps: EngineDeps,
  target: Target,
  definition: TargetDefinition,
  compiledTarget: CompiledRules,
  order: RunRequest,
): Promise<RunSummary> {
  const run = new PlanRun(deps, target, definition, compiledTarget, order);
  return run.carryOut();
}

/** Brings released Plans into the outbox, to the last entry. */
export async function absorbAll(deps: EngineDeps, target: TargetName): Promise<void> {
  while (await deps.store.engine(deps.fence).absorb(target, deps.clock.now())) {
    // Each call is a separate unit, so that the Source's writes get their turn in between.
  }
}

class PlanRun {
  readonly #deps: EngineDeps;
  readonly #target: Target;
  readonly #definition: TargetDefinition;
  readonly #compiledTarget: CompiledRules;
  readonly #order: RunRequest;
  readonly #wanted = { create: 0, update: 0, deactivate: 0, delete: 0 };
  readonly #guarded = new GuardedCounter();
  readonly #withdrawn = new GuardedCounter();
  #looked = 0;

  constructor(deps: EngineDeps, target: Target, definition: TargetDefinition, compiledTarget: CompiledRules, order: RunRequest) {
    this.#deps = deps;
    this.#target = target;
    this.#definition = definition;
    this.#compiledTarget = compiledTarget;
    this.#order = order;
  }

  async carryOut(): Promise<RunSummary> {
    const { store, staging, clock, fence } = this.#deps;
    const writer = store.engine(fence);
    await writer.discardRuns(this.#target.name);
    // Reads the Rechecks first, so that one that a settlement adds later is not consumed by facts that were read before it.
    const rechecksUpTo = await store.rechecks.head();
    const head = this.#order.rechecksOnly === true ? this.#target.cursor : await staging.changes.head();
    const now = clock.now();
    const run = await writer.beginRun({ target: this.#target.name, kind: this.#order.kind, at: now, rechecksUpTo });
    const frame = await this.#frame(head, now);
    const looks = this.#looks(head, rechecksUpTo, now);
    for await (const page of looks) {
      const planned = await planPage(this.#deps, frame, page);
      if (this.#order.signal?.aborted === true) throw new Interrupted('the run was interrupted');
      const entries = planned.flatMap((one) => this.#toEntry(one));
      if (entries.length > 0) await writer.stage(run, entries);
      await nextTurn();
    }
    const guard = await this.#askGuard(now);
    await this.#holdWaiting(guard, now);
    await writer.release(run, this.#toRelease(head, guard, now));
    await absorbAll(this.#deps, this.#target.name);
    return { kind: this.#order.kind, looked: this.#looked, wanted: this.#wanted, guard };
  }

  async #frame(head: number, now: Date): Promise<PlanFrame> {
    const [last] = head === 0 ? [] : await this.#deps.staging.changes.after(head - 1, 1);
    const at = this.#order.kind === 'incremental' && head > this.#target.cursor ? (last?.at ?? now) : now;
    return {
      definition: this.#definition,
      compiledTarget: this.#compiledTarget,
      at,
      now,
      contacts: await readContacts(this.#deps),
      takenOver: new Set(),
      exchanged: new Set(),
    };
  }

  #looks(head: number, rechecksUpTo: number, now: Date): AsyncIterable<readonly SelectedSubject[]> {
    const { name, cursor } = this.#target;
    switch (this.#order.kind) {
      case 'incremental':
        return affectedSubjects(this.#deps, name, { after: cursor, upTo: head, rechecksUpTo, now });
      case 'reconcile':
        return allSubjects(this.#deps, name, 'reconcile');
      case 'firstLoad':
        return allSubjects(this.#deps, name, 'firstLoad');
      case 'config':
      case 'undo':
        return allSubjects(this.#deps, name, 'config');
    }
  }

  #toEntry({ look, plan, view, shadow, noRow }: SubjectPlanned): readonly PlanEntry[] {
    this.#looked += 1;
    const { want, takeOver, supersedes, waitFor, blockedBy, exchangesWith, doubt, wakeAt, leaving, why } = plan;
    if (want !== undefined) {
      this.#wanted[want.action] += 1;
      this.#guarded.add(want);
    }
    this.#withdrawn.addHeld(supersedes);
    const quiet = want === undefined && takeOver === undefined && supersedes.length === 0 && leaving === undefined && wakeAt === undefined;
    const idle = quiet && noRow === undefined && doubt === undefined;
    // A Recheck is used up by its entry, so a Subject with a due Recheck has one even when nothing is to be done.
    if (idle && !look.isRecheck && waitFor === undefined && blockedBy === undefined) return [];
    const watched = waitFor ?? blockedBy;
    return [
      {
        subject: look.subject,
        cause: look.cause,
        supersedes: supersedes.map((delivery) => delivery.id),
        ...(want !== undefined && { want, keys: toMatchKeys(this.#definition.match, want.rows[0]) }),
        ...(want !== undefined &&
          this.#waits(want) && { notBefore: new Date(this.#deps.clock.now().getTime() + this.#definition.guard.removals.waitMs) }),
        ...(view !== undefined && { source: view.source }),
        ...(takeOver !== undefined && { takeOver }),
        ...(leaving !== undefined && (shadow !== undefined || takeOver !== undefined) && { leaving }),
        ...(doubt !== undefined && { doubt }),
        ...(wakeAt !== undefined && { wakeAt }),
        ...(watched !== undefined && { blockedBy: watched }),
        ...(exchangesWith !== undefined && { exchangesWith }),
        ...(why !== undefined && { why }),
        ...(noRow !== undefined && { noRow }),
      },
    ];
  }

  #waits(want: Planned): boolean {
    return want.removal !== undefined && !this.#order.released && this.#definition.guard.removals.waitMs > 0;
  }

  async #askGuard(now: Date): Promise<GuardResult> {
    if (this.#order.released || this.#guarded.removals + this.#guarded.changes === 0) return {};
    const { restored } = this.#target;
    if (restored !== undefined && this.#guarded.removals > 0) return { removals: { total: this.#guarded.removals, limit: restored } };
    const { guard } = this.#definition;
    const since = (withinMs: number) => new Date(now.getTime() - withinMs);
    const counts = await this.#deps.store.outbox.guardCounts(
      this.#target.name,
      since(guard.removals.withinMs),
      since(guard.changes.withinMs),
    );
    return checkGuard(guard, counts, this.#guarded, this.#withdrawn);
  }

  #toRelease(head: number, guard: GuardResult, now: Date): RunRelease {
    const everyone = this.#order.kind !== 'incremental';
    return {
      cursor: head,
      released: this.#order.released,
      ...(everyone && { plannedHash: planningHash(this.#definition) }),
      ...(guard.removals !== undefined && { holdRemovals: guard.removals.limit }),
      ...(guard.changes !== undefined && { holdChanges: guard.changes.limit }),
      ...(this.#order.kind === 'reconcile' && { reconciledAt: now }),
    };
  }

  /** Removals that still sit out the Guard's `wait` when a limit is passed are held with the others. */
  async #holdWaiting(guard: GuardResult, now: Date): Promise<void> {
    if (guard.removals === undefined || this.#definition.guard.removals.waitMs === 0) return;
    await this.#deps.store.engine(this.#deps.fence).holdQueued(this.#target.name, 'removals', guard.removals.limit, now);
  }
}
