// The commands that change Targets: apply, draft, pause, resume, retry, accept, reject, withdraw.
import { CommandRefused, messageOf } from '../../domain/errors.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { personSubject, type ResourceId, type TargetName } from '../../domain/ids.ts';
import type { Action, Target, TargetDefinition } from '../../domain/target.ts';
import { hashDefinition } from '../../mapping/canonical-json.ts';
import { keepPinned, pinGroups } from './definition/compile-target.ts';
import type { HoldAnswer, HoldChoice, RejectionChoice } from '../../store/engine-store.ts';
import { countPeople, type ClockChanges } from './guard/clock-changes.ts';
import type { EngineDeps } from './deps.ts';
import type { Engine } from './engine.ts';
import { assertAgreed, findNeededAgreement } from './go-live/needed-agreement.ts';
import { checkFirstCycle, noteFirstCycles } from './go-live/first-cycle.ts';
import { missingFileRefusal, unknownTargetRefusal } from './target-refusals.ts';
import { chooseOpenHolds } from './guard/open-holds.ts';
import { goesLive, previewTarget, type Preview } from './preview/preview.ts';
import { stillForgetting } from './target-lifecycle.ts';
import { planResend, type Resend } from './planning/resend.ts';

/** The answers that a person gives when a definition is applied. */
export interface ApplyRequest {
  readonly by: string;
  /** The product loses everyone who is not in our file. */
  readonly replaceAll: boolean;
  /** People in Scope, held back, whom the product would drop. */
  readonly without: number;
  /** Needed when the file definition has a different address or drop folder. */
  readonly system: 'same' | 'new' | undefined;
  readonly otherSystem: boolean;
  /** The product was emptied, or lost its file: everyone is sent again. */
  readonly resend?: boolean;
  /** Digest of the Plan that was shown; a different Plan is refused. */
  readonly hash: string | undefined;
}

/** The result of an apply. `waits`: what the Target waits for, if it goes live later automatically. */
export interface Applied {
  readonly target: Target;
  readonly waits?: string;
  readonly actions: Readonly<Record<Action, number>>;
  /** How many leaver clocks it began, changed and ended; 0 while it waits. */
  readonly clocks: ClockCounts;
}

/** Numbers of leaver clocks. */
export type ClockCounts = Readonly<Record<Exclude<keyof ClockChanges, 'due'>, number>>;

/** The result of a retry. */
export interface Retried {
  /** Parked Deliveries that are tried again. */
  readonly queued: number;
  /** Parked Deliveries that are planned again because another person matches the same record; parked again if that is still so. */
  readonly blocked: number;
  /** Deliveries that waited for a later time and are due now. */
  readonly sooner: number;
  /** Unchanged: nothing is sent unless it is *live* or *refused*. */
  readonly target: Target;
  readonly wasDown: boolean;
}

const nothing = { create: 0, update: 0, deactivate: 0, delete: 0 } as const;
const noClocks: ClockCounts = { begins: 0, changes: 0, ends: 0 };

/** The commands that people give to Targets. A command that is impossible in the present state is refused with the reason. */
export class Commands {
  readonly #deps: EngineDeps;
  readonly #engine: Engine;

  constructor(deps: EngineDeps, engine: Engine) {
    this.#deps = deps;
    this.#engine = engine;
  }

  /** Puts a file definition in force. Exactly the Actions of this Plan count as accepted by the Guard. */
  async apply(name: TargetName, fileDefinition: TargetDefinition, order: ApplyRequest): Promise<Applied> {
    const target = await this.#target(name);
    if (target.state === 'orphaned') throw missingFileRefusal(name);
    if (target.forgetting === true) throw stillForgetting(name);
    const again = planResend(target, { ...order, resend: order.resend ?? false });
    const runner = this.#engine.runner(name);
    const applied = await runner.exclusive(() => this.#applyExclusive(target, fileDefinition, order, again));
    await this.#engine.reschedule();
    if (applied.target.trouble === '' && applied.target.downUntil === undefined) return applied;
    // The failure may be that of the old address: the answer of the new one replaces it now, and not after the waiting time.
    return runner.tryNow(async () => ({ ...applied, target: await this.#target(name) }));
  }

  async #applyExclusive(target: Target, wanted: TargetDefinition, order: ApplyRequest, again: Resend | undefined): Promise<Applied> {
    const fileDefinition = await keepPinned(this.#deps, target.definition, wanted);
    const { store, fence, clock, timing } = this.#deps;
    const writer = store.engine(fence);
    const preview = await previewTarget(this.#deps, { target, definition: fileDefinition, cause: 'config', again });
    this.#assertSafe(target, fileDefinition, order, preview);
    const at = clock.now();
    const cycle = checkFirstCycle(await noteFirstCycles(this.#deps), timing, at);
    const first = goesLive(target, preview);
    const waits = first && cycle.is !== 'over';
    const inForce = await writer.changeTarget(
      target.name,
      (now = target) => ({
        ...requestResend(now, preview.again?.what),
        definition: fileDefinition,
        definitionHash: hashDefinition(fileDefinition),
        appliedAt: at,
        appliedBy: order.by,
        replaceAll: order.replaceAll,
        without: order.without,
        liveWhenQuiet: first,
        at,
        by: order.by,
        why: waits ? cycle.why : '',
      }),
      { at, by: order.by, what: 'applied', detail: describeApplied(preview) },
    );
    const pinned = await pinGroups(this.#deps, inForce, fileDefinition);
    const runner = this.#engine.runner(target.name);
    if (waits) return { target: pinned.target, waits: cycle.why, actions: nothing, clocks: noClocks };
    const clocks = countClocks(preview.clocks);
    if (first) {
      const summary = await runner.goLive(pinned.target, true);
      return { target: await this.#target(target.name), actions: summary?.wanted ?? nothing, clocks };
    }
    const summary = await runner.plan(pinned.target, pinned.definition, { kind: 'config', released: true });
    return { target: await this.#target(target.name), actions: summary.wanted, clocks };
  }

  #assertSafe(target: Target, fileDefinition: TargetDefinition, order: ApplyRequest, preview: Preview): void {
    if (order.hash !== undefined && order.hash !== preview.hash) {
      throw new CommandRefused('the plan has changed since it was shown', {
        hint: `review it again: ${toOwnCommand('plan', target.name)}`,
      });
    }
    const otherSystem = order.otherSystem && (target.definition ?? target.unreadable) !== undefined;
    assertAgreed(target, findNeededAgreement(target, fileDefinition, preview, otherSystem), order);
  }

  /** Returns a Target to previews: queued Deliveries stay, and nothing is sent. */
  async draft(name: TargetName, by: string): Promise<Target> {
    return this.#become(name, 'draft', by, (target) => {
      if (target.state === 'orphaned') throw missingFileRefusal(name);
    });
  }

  async pause(name: TargetName, by: string): Promise<Target> {
    return this.#become(name, 'paused', by, (target) => {
      if (target.state !== 'live' && target.state !== 'refused') throw new CommandRefused(`${name} is ${target.state}, not live`);
    });
  }

  async resume(name: TargetName, by: string): Promise<Target> {
    return this.#become(name, 'live', by, (target) => {
      if (target.state !== 'paused') throw new CommandRefused(`${name} is ${target.state}, not paused`, { hint: resumeHint(target) });
    });
  }

  /** Releases the selected Deliveries that were shown; those that joined the hold later stay held. */
  async accept(name: TargetName, choice: HoldChoice, by: string): Promise<HoldAnswer> {
    await this.#assertHold(name, choice.hold);
    const runner = this.#engine.runner(name);
    return runner.exclusive(async () => {
      // A person who has just returned is no longer held: new Changes are planned before anything is released.
      const target = await this.#target(name);
      if (target.definition !== undefined) await runner.plan(target, target.definition, { kind: 'incremental', released: false });
      return this.#deps.store.engine(this.#deps.fence).accept(name, choice, by, this.#deps.clock.now());
    });
  }

  /** Keeps people whom a hold would have removed, for as long as the reason stays the same. */
  async reject(name: TargetName, choice: HoldChoice, by: string): Promise<HoldAnswer> {
    await this.#assertHold(name, choice.hold);
    const { store, fence, clock } = this.#deps;
    return this.#engine.runner(name).exclusive(() => store.engine(fence).reject(name, choice, by, clock.now()));
  }

  /** Withdraws rejections: the rejected actions are planned again and pass the Guard again. @returns the number. */
  async withdraw(name: TargetName, choice: RejectionChoice, by: string): Promise<number> {
    await this.#target(name);
    const { store, fence, clock } = this.#deps;
    return this.#engine.runner(name).exclusive(() => store.engine(fence).withdraw(name, choice, by, clock.now()));
  }

  /** Retries parked Deliveries, of one Person or all, and Deliveries that wait for a later time; a Target that is down is tried immediately. */
  async retry(name: TargetName, person: ResourceId | undefined): Promise<Retried> {
    const { store, fence, clock } = this.#deps;
    const visibleAfterMs = await this.#visibleAfterMs(await this.#target(name));
    const subject = person === undefined ? undefined : personSubject(person);
    return this.#engine.runner(name).tryNow(async () => {
      const writer = store.engine(fence);
      const now = clock.now();
      const target = await this.#target(name);
      const counts = await writer.retry(name, subject, now);
      const sooner = await writer.hasten(name, subject, visibleAfterMs, now);
      return { ...counts, sooner, target, wasDown: target.downUntil !== undefined && target.downUntil > now };
    });
  }

  /** How long a look-up may miss a new record; `undefined` when unknown, and 0 without look-ups. */
  async #visibleAfterMs({ definition }: Target): Promise<number | undefined> {
    if (definition === undefined) return undefined;
    try {
      const connection = this.#deps.connect(definition, 'read');
      await connection.close();
      return connection.mode === 'record' ? connection.visibleAfterMs : 0;
    } catch (error) {
      this.#deps.log.debug({ reason: messageOf(error) }, 'deliveries in doubt keep their retry time');
      return undefined;
    }
  }

  async #assertHold(name: TargetName, hold: number | undefined): Promise<void> {
    await this.#target(name);
    chooseOpenHolds(await this.#deps.store.outbox.holds(name), name, hold);
  }

  async #become(name: TargetName, state: 'draft' | 'paused' | 'live', by: string, assertMay: (target: Target) => void): Promise<Target> {
    const { store, fence, clock } = this.#deps;
    assertMay(await this.#target(name));
    const at = clock.now();
    const change = () =>
      store.engine(fence).changeTarget(
        name,
        (now) => {
          if (now === undefined) throw unknownTargetRefusal(name);
          assertMay(now);
          return { ...now, state, by, at, why: '', trouble: state === 'live' ? '' : now.trouble, liveWhenQuiet: false };
        },
        { at, by, what: state, detail: '' },
      );
    const runner = this.#engine.runner(name);
    // A command that stops a Target does not wait for work in progress.
    const target = await (state === 'live' ? runner.exclusive(change) : runner.interrupt(change));
    if (state === 'live') await runner.reopen();
    runner.wake();
    return target;
  }

  async #target(name: TargetName): Promise<Target> {
    const target = await this.#deps.store.targets.get(name);
    if (target !== undefined) return target;
    throw unknownTargetRefusal(
      name,
      (await this.#deps.store.targets.list()).map((known) => known.name),
    );
  }
}

/**
 * Records what must be done again together with the definition, in one unit. A Target that is sent everyone is a draft until that is
 * planned: after a crash in between, nothing is sent from half-forgotten Shadows, and the next start continues.
 */
function requestResend(target: Target, what: Target['resend']): Target {
  const { resend: _, ...rest } = target;
  switch (what) {
    case undefined:
      return rest;
    case 'people':
      return { ...rest, state: 'draft', resend: what };
    case 'file':
      return { ...rest, resend: what };
  }
}

function countClocks({ begins, changes, ends }: Omit<ClockChanges, 'due'>): ClockCounts {
  return { begins: countPeople(begins), changes: countPeople(changes), ends: countPeople(ends) };
}

/** The detail of the journal: numbers by Action, and of leaver clocks by what becomes of them. */
function describeApplied({ actions, clocks, again }: Preview): string {
  const { begins, changes, ends } = countClocks(clocks);
  return JSON.stringify({
    ...actions,
    leaverDelaysBegin: begins,
    leaverDelaysChange: changes,
    leaverDelaysEnd: ends,
    ...(again !== undefined && { again: again.what }),
  });
}

function resumeHint(target: Target): string {
  switch (target.state) {
    case 'draft':
      return `make it live: ${toOwnCommand('apply', target.name)}`;
    case 'live':
      return 'it is already live';
    case 'refused':
      return 'fix the credentials; Vestibule retries automatically';
    case 'orphaned':
      return 'restore its file';
    case 'paused':
      return '';
  }
}
