import { CommandRefused, messageOf } from '../domain/errors.ts';
import { toOwnCommand } from '../domain/own-command.ts';
import { personSubject, type ResourceId, type TargetName } from '../domain/ids.ts';
import type { Action, Target, TargetDefinition } from '../domain/target.ts';
import { hashDefinition } from '../mapping/canonical-json.ts';
import { keepPinned, pinGroups } from './compile-target.ts';
import type { HoldAnswer, HoldChoice, RejectionChoice } from '../store/engine-store.ts';
import type { EngineDeps } from './deps.ts';
import type { Engine } from './engine.ts';
import { assertNobodyDropped, replacesWhoIsMissing } from './first-load.ts';
import { checkFirstCycle, noteFirstCycles } from './first-cycle.ts';
import { missingFileRefusal } from './missing-file-refusal.ts';
import { countOnly, goesLive, previewTarget, type Preview } from './preview.ts';
import { stillForgetting } from './target-lifecycle.ts';
import { planResend, type Resend } from './resend.ts';

/** What a person says when a definition is applied. */
export interface ApplyRequest {
  readonly by: string;
  /** The product loses whoever is not in our file. */
  readonly replaceAll: boolean;
  /** People in Scope, held back, whom the product would drop. */
  readonly without: number;
  /** Needed when the file definition names another address or drop. */
  readonly system: 'same' | 'new' | undefined;
  readonly otherSystem: boolean;
  /** The product was emptied, or lost its file: everyone is sent again. */
  readonly resend?: boolean;
  /** Digest of the Plan that was shown; another Plan is refused. */
  readonly hash: string | undefined;
}

/** What came of an apply. `waits` says what for, when the Target goes live later by itself. */
export interface Applied {
  readonly target: Target;
  readonly waits?: string;
  readonly actions: Readonly<Record<Action, number>>;
}

/** What came of a retry. */
export interface Retried {
  /** Parked Deliveries that are tried again. */
  readonly queued: number;
  /** Deliveries that waited for a later time and are due now. */
  readonly sooner: number;
  /** As it was: nothing is sent unless it is *live* or *refused*. */
  readonly state: Target['state'];
  readonly wasDown: boolean;
}

const nothing = { create: 0, update: 0, deactivate: 0, delete: 0 } as const;

/** What people tell Targets. Each command is refused with a sentence when it cannot be done as things stand. */
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
    if (order.otherSystem && order.system === undefined && (target.definition ?? target.unreadable) !== undefined) {
      throw new CommandRefused(`${name}: the address or drop is another one`, {
        hint: 'say --same-system if it is the same system under a new address, --new-system if it is another one',
      });
    }
    if (target.forgetting === true) throw stillForgetting(name);
    const again = planResend(target, { ...order, resend: order.resend ?? false });
    const runner = this.#engine.runner(name);
    const applied = await runner.exclusive(() => this.#applyExclusive(target, fileDefinition, order, again));
    await this.#engine.reschedule();
    return applied;
  }

  async #applyExclusive(target: Target, wanted: TargetDefinition, order: ApplyRequest, again: Resend | undefined): Promise<Applied> {
    const fileDefinition = await keepPinned(this.#deps, target.definition, wanted);
    const { store, fence, clock, timing } = this.#deps;
    const writer = store.engine(fence);
    const preview = await previewTarget(this.#deps, target, fileDefinition, 'config', countOnly, again);
    this.#assertSafe(target, fileDefinition, order, preview);
    const at = clock.now();
    const cycle = checkFirstCycle(await noteFirstCycles(this.#deps), timing, at);
    const first = goesLive(target, preview);
    const waits = first && cycle.is !== 'over';
    assertNobodyDropped(target, fileDefinition, order.without, preview);
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
    if (waits) return { target: pinned.target, waits: cycle.why, actions: nothing };
    if (first) {
      const summary = await runner.goLive(pinned.target, true);
      return { target: await this.#target(target.name), actions: summary?.wanted ?? nothing };
    }
    const summary = await runner.plan(pinned.target, pinned.definition, { kind: 'config', released: true });
    return { target: await this.#target(target.name), actions: summary.wanted };
  }

  #assertSafe(target: Target, fileDefinition: TargetDefinition, order: ApplyRequest, preview: Preview): void {
    if (order.hash !== undefined && order.hash !== preview.hash) {
      throw new CommandRefused('the plan is another one by now', { hint: `look again: ${toOwnCommand('plan', target.name)}` });
    }
    if (!replacesWhoIsMissing(fileDefinition) || target.appliedAt !== undefined || order.replaceAll) return;
    throw new CommandRefused(
      `${fileDefinition.title} ${fileDefinition.absent === 'removed' ? 'removes' : 'disables'} everybody who is not in the file`,
      {
        hint: 'if the file may replace what is there, say --replace-all',
      },
    );
  }

  /** Back to previews only: what is queued stays, nothing is sent. */
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

  /** Releases what is chosen and was shown; what joined a hold later stays held. */
  async accept(name: TargetName, choice: HoldChoice, by: string): Promise<HoldAnswer> {
    await this.#assertHold(name, choice.hold);
    const runner = this.#engine.runner(name);
    return runner.exclusive(async () => {
      // A person who returned a moment ago is no longer held: what has come in is planned before anything is released.
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

  /** Takes rejections back: what was rejected is planned again, and passes the Guard again. @returns how many. */
  async withdraw(name: TargetName, choice: RejectionChoice, by: string): Promise<number> {
    await this.#target(name);
    const { store, fence, clock } = this.#deps;
    return this.#engine.runner(name).exclusive(() => store.engine(fence).withdraw(name, choice, by, clock.now()));
  }

  /** Tries parked Deliveries again, of one Person or all, and with them what waits for a later time and a Target that is down. */
  async retry(name: TargetName, person: ResourceId | undefined): Promise<Retried> {
    const { store, fence, clock } = this.#deps;
    const target = await this.#target(name);
    const subject = person === undefined ? undefined : personSubject(person);
    const visibleAfterMs = await this.#visibleAfterMs(target);
    return this.#engine.runner(name).tryNow(async () => {
      const writer = store.engine(fence);
      const now = clock.now();
      const { state, downUntil } = await this.#target(name);
      const queued = await writer.retry(name, subject, now);
      const sooner = await writer.hasten(name, subject, visibleAfterMs, now);
      return { queued, sooner, state, wasDown: downUntil !== undefined && downUntil > now };
    });
  }

  /** How long a look-up may miss a new record; `undefined` when that cannot be told, and 0 where nothing is looked up. */
  async #visibleAfterMs({ definition }: Target): Promise<number | undefined> {
    if (definition === undefined) return undefined;
    try {
      const connection = this.#deps.connect(definition, 'read');
      await connection.close();
      return connection.mode === 'record' ? connection.visibleAfterMs : 0;
    } catch (error) {
      this.#deps.log.debug({ reason: messageOf(error) }, 'what is in doubt keeps its time');
      return undefined;
    }
  }

  async #assertHold(name: TargetName, hold: number | undefined): Promise<void> {
    await this.#target(name);
    const holds = (await this.#deps.store.outbox.holds(name)).filter((one) => one.open > 0);
    if (holds.length === 0) throw new CommandRefused(`nothing is on hold at ${name}`);
    if (hold === undefined || holds.some((one) => one.number === hold)) return;
    throw new CommandRefused(`hold ${hold} of ${name} is not open`, { hint: `open holds: ${holds.map((one) => one.number).join(', ')}` });
  }

  async #become(name: TargetName, state: 'draft' | 'paused' | 'live', by: string, assertMay: (target: Target) => void): Promise<Target> {
    const { store, fence, clock } = this.#deps;
    assertMay(await this.#target(name));
    const at = clock.now();
    const change = () =>
      store.engine(fence).changeTarget(
        name,
        (now) => {
          if (now === undefined) throw new CommandRefused(`there is no target ${name}`);
          assertMay(now);
          return { ...now, state, by, at, why: '', trouble: state === 'live' ? '' : now.trouble, liveWhenQuiet: false };
        },
        { at, by, what: state, detail: '' },
      );
    const runner = this.#engine.runner(name);
    // What stops a Target does not wait for what it is doing.
    const target = await (state === 'live' ? runner.exclusive(change) : runner.interrupt(change));
    if (state === 'live') await runner.reopen();
    runner.wake();
    return target;
  }

  async #target(name: TargetName): Promise<Target> {
    const target = await this.#deps.store.targets.get(name);
    if (target !== undefined) return target;
    const names = (await this.#deps.store.targets.list()).map((known) => known.name);
    throw new CommandRefused(`there is no target ${name}`, {
      hint: names.length === 0 ? 'write config/targets/NAME.yaml first' : `targets: ${names.join(', ')}`,
    });
  }
}

/**
 * What is to be done again is noted with the definition, in one unit. A Target that is sent everyone is a draft until that is planned: a
 * crash in between must not send by what is half forgotten, and the next start goes on.
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

function describeApplied({ actions, again }: Preview): string {
  return JSON.stringify({ ...actions, ...(again !== undefined && { again: again.what }) });
}

function resumeHint(target: Target): string {
  switch (target.state) {
    case 'draft':
      return `make it live: ${toOwnCommand('apply', target.name)}`;
    case 'live':
      return 'it is at work already';
    case 'refused':
      return 'mend its credentials; it is tried again by itself';
    case 'orphaned':
      return 'put its file back';
    case 'paused':
      return '';
  }
}
