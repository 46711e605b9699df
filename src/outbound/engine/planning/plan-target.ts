// Plans one Target: plans page by page, stages the results, and releases them as one Plan.
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
  /** True if an operator saw and accepted this Plan, so that the Guard does not count it. */
  readonly released: boolean;
  /** Plans due Rechecks only, because the Target plans Changes by its schedule and not when they arrive. */
  readonly rechecksOnly?: boolean;
  /** Ends the Run between two pages, and discards its results. If not set, the Run is never interrupted. */
  readonly signal?: AbortSignal;
}

/** A Run was interrupted. It will be planned again later. */
export class Interrupted extends Error {}

/**
 * Plans one Target, and releases the Plan together with the Cursor. An incremental Run plans the Subjects that the Changes since the Cursor
 * affect and those with due Rechecks; any other kind plans everyone. Sends nothing. A crash at any point leaves either the old Cursor and
 * no Plan, or the new Cursor and the whole Plan.
 * @throws {Interrupted} if the signal of the request aborts before the Plan is released.
 */
export async function planTarget(
  deps: EngineDeps,
  target: Target,
  definition: TargetDefinition,
  compiledTarget: CompiledRules,
  request: RunRequest,
): Promise<RunSummary> {
  const run = new PlanRun(deps, target, definition, compiledTarget, request);
  return run.carryOut();
}

/** Moves all entries of released Plans into the outbox. */
export async function absorbAll(deps: EngineDeps, target: TargetName): Promise<void> {
  while (await deps.store.engine(deps.fence).absorb(target, deps.clock.now())) {
    // Each call is a separate unit of the store, so that other writes can proceed in between.
  }
}

class PlanRun {
  readonly #deps: EngineDeps;
  readonly #target: Target;
  readonly #definition: TargetDefinition;
  readonly #compiledTarget: CompiledRules;
  readonly #request: RunRequest;
  readonly #wanted = { create: 0, update: 0, deactivate: 0, delete: 0 };
  readonly #guarded = new GuardedCounter();
  readonly #withdrawn = new GuardedCounter();
  #looked = 0;

  constructor(deps: EngineDeps, target: Target, definition: TargetDefinition, compiledTarget: CompiledRules, request: RunRequest) {
    this.#deps = deps;
    this.#target = target;
    this.#definition = definition;
    this.#compiledTarget = compiledTarget;
    this.#request = request;
  }

  async carryOut(): Promise<RunSummary> {
    const { store, staging, clock, fence } = this.#deps;
    const writer = store.engine(fence);
    await writer.discardRuns(this.#target.name);
    // Reads the number of the last Recheck first, so that the Run does not delete a Recheck that is added after its facts were read.
    const rechecksUpTo = await store.rechecks.head();
    const head = this.#request.rechecksOnly === true ? this.#target.cursor : await staging.changes.head();
    const now = clock.now();
    const run = await writer.beginRun({ target: this.#target.name, kind: this.#request.kind, at: now, rechecksUpTo });
    const frame = await this.#frame(head, now);
    const pages = this.#selectSubjects(head, rechecksUpTo, now);
    for await (const page of pages) {
      const planned = await planPage(this.#deps, frame, page);
      if (this.#request.signal?.aborted === true) throw new Interrupted('the run was interrupted');
      const entries = planned.flatMap((one) => this.#toEntry(one));
      if (entries.length > 0) await writer.stage(run, entries);
      await nextTurn();
    }
    const guard = await this.#askGuard(now);
    await this.#holdWaiting(guard, now);
    await writer.release(run, this.#toRelease(head, guard, now));
    await absorbAll(this.#deps, this.#target.name);
    return { kind: this.#request.kind, looked: this.#looked, wanted: this.#wanted, guard };
  }

  async #frame(head: number, now: Date): Promise<PlanFrame> {
    const [last] = head === 0 ? [] : await this.#deps.staging.changes.after(head - 1, 1);
    const at = this.#request.kind === 'incremental' && head > this.#target.cursor ? (last?.at ?? now) : now;
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

  #selectSubjects(head: number, rechecksUpTo: number, now: Date): AsyncIterable<readonly SelectedSubject[]> {
    const { name, cursor } = this.#target;
    switch (this.#request.kind) {
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

  #toEntry({ selected, plan, view, shadow, noRow }: SubjectPlanned): readonly PlanEntry[] {
    this.#looked += 1;
    const { want, takeOver, supersedes, waitFor, blockedBy, exchangesWith, doubt, wakeAt, leaving, why } = plan;
    if (want !== undefined) {
      this.#wanted[want.action] += 1;
      this.#guarded.add(want);
    }
    this.#withdrawn.addHeld(supersedes);
    const quiet = want === undefined && takeOver === undefined && supersedes.length === 0 && leaving === undefined && wakeAt === undefined;
    const idle = quiet && noRow === undefined && doubt === undefined;
    // An entry deletes the due Recheck of its Subject, so a Subject with one has an entry even if there is nothing to do.
    if (idle && !selected.isRecheck && waitFor === undefined && blockedBy === undefined) return [];
    const watched = waitFor ?? blockedBy;
    return [
      {
        subject: selected.subject,
        cause: selected.cause,
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
    return want.removal !== undefined && !this.#request.released && this.#definition.guard.removals.waitMs > 0;
  }

  async #askGuard(now: Date): Promise<GuardResult> {
    if (this.#request.released || this.#guarded.removals + this.#guarded.changes === 0) return {};
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
    const everyone = this.#request.kind !== 'incremental';
    return {
      cursor: head,
      released: this.#request.released,
      ...(everyone && { plannedHash: planningHash(this.#definition) }),
      ...(guard.removals !== undefined && { holdRemovals: guard.removals.limit }),
      ...(guard.changes !== undefined && { holdChanges: guard.changes.limit }),
      ...(this.#request.kind === 'reconcile' && { reconciledAt: now }),
    };
  }

  /** Removals that still wait for `wait` of the Guard when a limit is exceeded are held with the others. */
  async #holdWaiting(guard: GuardResult, now: Date): Promise<void> {
    if (guard.removals === undefined || this.#definition.guard.removals.waitMs === 0) return;
    await this.#deps.store.engine(this.#deps.fence).holdQueued(this.#target.name, 'removals', guard.removals.limit, now);
  }
}
