// The commands that change a Target: apply, draft, pause, resume, retry, accept, reject, withdraw.
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

/** The options of `apply`. */
export interface ApplyRequest {
  readonly by: string;
  /** Confirms that the product removes everyone who is missing from the file. */
  readonly replaceAll: boolean;
  /** The confirmed number of people in Scope without a valid row, whom the product would remove. */
  readonly without: number;
  /** Required if the file definition has a different address or drop folder. */
  readonly system: 'same' | 'new' | undefined;
  readonly otherSystem: boolean;
  /** True if the product was emptied or lost its file: all records are sent again. */
  readonly resend?: boolean;
  /** Digest of the Plan that was shown; a different Plan is refused. */
  readonly hash: string | undefined;
}

/** The result of `apply`. `waits`: why the Target does not go live yet; it will do so automatically. */
export interface Applied {
  readonly target: Target;
  readonly waits?: string;
  readonly actions: Readonly<Record<Action, number>>;
  /** Numbers of leaver delays that the apply started, changed and cancelled; 0 while the Target waits. */
  readonly clocks: ClockCounts;
}

/** Numbers of leaver delays, by change. */
export type ClockCounts = Readonly<Record<Exclude<keyof ClockChanges, 'due'>, number>>;

/** The result of `retry`. */
export interface Retried {
  /** Number of parked Deliveries that are sent again. */
  readonly queued: number;
  /**
   * Number of parked Deliveries that are planned again because another person matched the same record. They are parked again if that person
   * still does.
   */
  readonly blocked: number;
  /** Number of Deliveries that waited for a later time and are due now. */
  readonly sooner: number;
  /** The Target. Deliveries are sent only if it is *live* or *refused*. */
  readonly target: Target;
  readonly wasDown: boolean;
}

const nothing = { create: 0, update: 0, deactivate: 0, delete: 0 } as const;
const noClocks: ClockCounts = { begins: 0, changes: 0, ends: 0 };

/** The commands for Targets. A command that is not possible in the current state of the Target is refused with the reason. */
export class Commands {
  readonly #deps: EngineDeps;
  readonly #engine: Engine;

  constructor(deps: EngineDeps, engine: Engine) {
    this.#deps = deps;
    this.#engine = engine;
  }

  /** Makes a file definition the applied one. The Guard does not count the Actions of this Plan, because the person has seen them. */
  async apply(name: TargetName, fileDefinition: TargetDefinition, request: ApplyRequest): Promise<Applied> {
    const target = await this.#target(name);
    if (target.state === 'orphaned') throw missingFileRefusal(name);
    if (target.forgetting === true) throw stillForgetting(name);
    const again = planResend(target, { ...request, resend: request.resend ?? false });
    const runner = this.#engine.runner(name);
    const applied = await runner.exclusive(() => this.#applyExclusive(target, fileDefinition, request, again));
    await this.#engine.reschedule();
    if (applied.target.trouble === '' && applied.target.downUntil === undefined) return applied;
    // The recorded failure may be one of the old address, so the new address is tried now and not after the waiting time.
    return runner.tryNow(async () => ({ ...applied, target: await this.#target(name) }));
  }

  async #applyExclusive(target: Target, wanted: TargetDefinition, request: ApplyRequest, again: Resend | undefined): Promise<Applied> {
    const fileDefinition = await keepPinned(this.#deps, target.definition, wanted);
    const { store, fence, clock, timing } = this.#deps;
    const writer = store.engine(fence);
    const preview = await previewTarget(this.#deps, { target, definition: fileDefinition, cause: 'config', again });
    this.#assertSafe(target, fileDefinition, request, preview);
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
        appliedBy: request.by,
        replaceAll: request.replaceAll,
        without: request.without,
        liveWhenQuiet: first,
        at,
        by: request.by,
        why: waits ? cycle.why : '',
      }),
      { at, by: request.by, what: 'applied', detail: describeApplied(preview) },
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

  #assertSafe(target: Target, fileDefinition: TargetDefinition, request: ApplyRequest, preview: Preview): void {
    if (request.hash !== undefined && request.hash !== preview.hash) {
      throw new CommandRefused('the plan has changed since it was shown', {
        hint: `review it again: ${toOwnCommand('plan', target.name)}`,
      });
    }
    const otherSystem = request.otherSystem && (target.definition ?? target.unreadable) !== undefined;
    assertAgreed(target, findNeededAgreement(target, fileDefinition, preview, otherSystem), request);
  }

  /** Makes a Target a draft again: queued Deliveries stay queued, and nothing is sent. */
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

  /** Releases the selected Deliveries that were shown. Deliveries that joined the hold later stay held. */
  async accept(name: TargetName, choice: HoldChoice, by: string): Promise<HoldAnswer> {
    await this.#assertHold(name, choice.hold);
    const runner = this.#engine.runner(name);
    return runner.exclusive(async () => {
      // Plans new Changes before anything is released, so that a person who has just returned is no longer in the hold.
      const target = await this.#target(name);
      if (target.definition !== undefined) await runner.plan(target, target.definition, { kind: 'incremental', released: false });
      return this.#deps.store.engine(this.#deps.fence).accept(name, choice, by, this.#deps.clock.now());
    });
  }

  /** Rejects Actions on hold: the records stay unchanged as long as the reason for the Action stays the same. */
  async reject(name: TargetName, choice: HoldChoice, by: string): Promise<HoldAnswer> {
    await this.#assertHold(name, choice.hold);
    const { store, fence, clock } = this.#deps;
    return this.#engine.runner(name).exclusive(() => store.engine(fence).reject(name, choice, by, clock.now()));
  }

  /** Withdraws rejections: the rejected Actions are planned again, and the Guard counts them again. @returns the number of rejections. */
  async withdraw(name: TargetName, choice: RejectionChoice, by: string): Promise<number> {
    await this.#target(name);
    const { store, fence, clock } = this.#deps;
    return this.#engine.runner(name).exclusive(() => store.engine(fence).withdraw(name, choice, by, clock.now()));
  }

  /**
   * Retries parked Deliveries and Deliveries that wait for a later time, of one Person or of all. A Target that is down is tried
   * immediately.
   */
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

  /** How long a look-up may miss a new record, in milliseconds; `undefined` if unknown, and 0 if there are no look-ups. */
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
 * Stores what must be sent again together with the definition, in one unit. If everyone must be sent again, the Target stays a draft until
 * they are planned: after a crash in between, nothing is sent based on partly deleted Shadows, and the next start continues.
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

/** The detail of the journal entry: numbers of Actions, and of leaver delays by change. */
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
