import type { Clock } from '../../src/domain/clock.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { Action, Target, TargetState } from '../../src/domain/target.ts';
import type { Settlement } from '../../src/store/engine-store.ts';
import { textOf } from '../outbound/engine/fake-target.ts';
import { Failure } from './failure.ts';
import { dueRemovals, judge, type InForce, type Picture, type Row, type Wanted } from './oracle.ts';
import { guards } from './rules.ts';
import { names, type KindName, type Rules } from './steps.ts';

/** Settle time of Changes, plus the time of an event-loop turn with a clock that moves in steps. */
const settleMs = 2_000;

/** Max time of a call of a slow system; a batch may take several. */
const slowMs = 400_000;

/** Max requests at once: one look-up and one write, retried immediately a few times if the response requires it. */
const maxBatch = 24;

/** Max requests about one person in an hour: the sum of the retries for a person, or for a system that is down. */
const maxPerHour = 160;
const hourMs = 3_600_000;

/** The observations of one person at one Target. */
interface Known {
  wanted: Wanted;
  /** True if the person was a leaver when the group was deleted: removals that were planned before may still be carried out. */
  leftBefore: boolean;
  /** The times at which the person became a leaver, first and last, as the engine may have observed them. */
  since: number | undefined;
  left: number;
  /** Time at which each removal was last due by the rules. */
  readonly due: Map<'deactivate' | 'delete', number>;
  /** Whether a technician released the removal, and below, the reason for which a technician rejected it. */
  released: boolean;
  rejected: string | undefined;
  requests: number[];
}

/** A completed removal. */
interface Removal {
  readonly at: number;
  readonly released: boolean;
}

/** One observed Target. */
export interface Watched {
  readonly name: KindName;
  state: TargetState;
  stateAt: number;
  inForce: InForce | undefined;
  guardInForce: { readonly at: number; readonly most: number; readonly share: number }[];
  lastFullPlan: number;
  readonly known: Map<string, Known>;
  readonly removals: Removal[];
  /** The recent maximum of active records. */
  maxActive: number;
  readonly firstTried: Map<number | string, number>;
  /** True if its records were changed manually or lost. */
  touched: boolean;
  keysReused: boolean;
  slowAt: number;
}

/** The effect of a write at a system. `twins`: other records with the same e-mail before the write. */
export interface Written {
  readonly delivery: Delivery;
  readonly before: { readonly owner: string | undefined; readonly active: boolean; readonly byHand: boolean } | undefined;
  readonly after: { readonly active: boolean } | undefined;
  readonly active: number;
  /** Other records with the same e-mail that the engine created and that existed at its last look-up. */
  readonly twins: readonly { readonly owner: string | undefined; readonly row: Row; readonly createdAs: string }[];
}

/** Checks every action of the engine at the time when it happens. */
export class Watch {
  readonly targets = new Map<string, Watched>();
  readonly failures: Failure[] = [];
  /** Targets with an apply in progress. */
  readonly applying = new Set<string>();
  /** Target and e-mail of each parked create: its record may exist if the system has no look-ups. */
  readonly doubted = new Set<string>();
  requests = 0;
  readonly #clock: Clock;
  readonly #picture: Picture;
  readonly #editions: (target: KindName, edition: number) => Rules;
  readonly #runs = new Map<RunId, { readonly target: string; readonly kept: ReadonlySet<string>; readonly full: boolean }>();
  readonly #steps: number[] = [];
  readonly #creates = new Map<string, string>();

  constructor(clock: Clock, picture: Picture, editions: (target: KindName, edition: number) => Rules) {
    this.#clock = clock;
    this.#picture = picture;
    this.#editions = editions;
  }

  get now(): number {
    return this.#clock.now().getTime();
  }

  /** Records an event that may cause requests. */
  stepped(): void {
    this.#steps.push(this.now);
  }

  target(name: string): Watched {
    const known = this.targets.get(name);
    if (known !== undefined) return known;
    const made: Watched = {
      name: name as KindName,
      state: 'draft',
      stateAt: this.now,
      inForce: undefined,
      guardInForce: [],
      lastFullPlan: 0,
      known: new Map(),
      removals: [],
      maxActive: 0,
      firstTried: new Map(),
      touched: false,
      keysReused: false,
      slowAt: -slowMs,
    };
    this.targets.set(name, made);
    return made;
  }

  /** The observations of a person at a Target. */
  known(target: Watched, id: string): Known {
    const known = target.known.get(id);
    if (known !== undefined) return known;
    const made: Known = {
      wanted: { is: 'noRow', unknown: false },
      leftBefore: false,
      since: undefined,
      left: this.now,
      due: new Map(),
      released: false,
      rejected: undefined,
      requests: [],
    };
    target.known.set(id, made);
    return made;
  }

  /** Called after each committed write. */
  heard(name: string, args: readonly unknown[], result: unknown): void {
    if (name === 'changeTarget') this.#hearTarget(result as Target);
    if (name === 'beginRun') this.#hearRun(args[0] as { target: string; kind: string }, result as RunId);
    if (name === 'release') this.#hearRelease(args[0] as RunId, (args[1] as { released: boolean }).released);
    if (name === 'accept') this.#hearAccept(String(args[0]), args[1] as { revision?: number; subjects?: readonly unknown[] });
    if (name === 'settle') this.#hearSettled(String(args[0]), args[1] as readonly Settlement[]);
    if (name === 'beginPublication') this.#tried(this.target(String(args[0])), String(args[1]));
  }

  /** Records that a technician accepted everything on hold, including Actions that were planned just before. */
  #hearAccept(target: string, { revision, subjects }: { revision?: number; subjects?: readonly unknown[] }): void {
    if (revision === undefined && subjects === undefined) this.release(target);
  }

  #hearSettled(target: string, settlements: readonly Settlement[]): void {
    for (const { delivery, state } of settlements) {
      const email = this.#creates.get(`${target} ${delivery}`);
      if (state === 'parked' && email !== undefined) this.doubted.add(`${target} ${email}`);
    }
  }

  #hearTarget({ name, state, definition }: Target): void {
    const target = this.target(name);
    if (state !== target.state) {
      target.state = state;
      target.stateAt = this.now;
    }
    if (definition !== undefined) {
      const edition = Number(definition.settings['edition']);
      const rules = { ...this.#editions(target.name, edition), onChange: definition.schedule.onChange };
      const pinned = Object.values(definition.groupIds).flat();
      target.inForce = { target: target.name, rules, pinned };
      const { most, share } = definition.guard.removals;
      const last = target.guardInForce.at(-1);
      if (last?.most !== most || last.share !== share) target.guardInForce.push({ at: this.now, most, share });
    }
    this.observe();
  }

  #hearRun({ target, kind }: { target: string; kind: string }, run: RunId): void {
    const kept = [...this.target(target).known].filter(([, known]) => known.wanted.is !== 'leaver').map(([id]) => id);
    this.#runs.set(run, { target, kept: new Set(kept), full: kind !== 'incremental' });
  }

  /** A person who was observed as staying becomes a new leaver when leaving again. */
  #hearRelease(run: RunId, released: boolean): void {
    const begun = this.#runs.get(run);
    if (begun === undefined) return;
    const target = this.target(begun.target);
    if (begun.full) target.lastFullPlan = this.now;
    if (begun.full || target.inForce?.rules.onChange !== false) {
      for (const id of begun.kept) {
        const known = this.known(target, id);
        known.since = known.wanted.is === 'leaver' ? known.left : undefined;
        known.released = false;
      }
    }
    if (released && this.applying.has(begun.target)) this.release(begun.target);
  }

  /** Evaluates the rules again. Must be called after each change and whenever time has passed. */
  observe(): void {
    for (const target of this.targets.values()) {
      if (target.inForce === undefined) continue;
      for (const person of this.#picture.people.values()) this.#observe(target, target.inForce, person.id);
    }
  }

  #observe(target: Watched, inForce: InForce, id: string): void {
    const person = this.#picture.people.get(id);
    if (person === undefined) return;
    const known = this.known(target, id);
    const before = known.wanted;
    known.wanted = judge(person, inForce, this.#picture);
    const { wanted } = known;
    // Also for a person who is not active: without the group, only the condition that made this person a leaver is unknown.
    const scope = judge({ ...person, active: true, gone: false }, inForce, this.#picture);
    const unknown = scope.is === 'noRow' && scope.unknown;
    known.leftBefore = unknown && !person.gone && (before.is === 'leaver' || known.leftBefore);
    if (wanted.is !== 'leaver') {
      known.rejected = undefined;
      return;
    }
    if (before.is !== 'leaver') known.left = this.now;
    if (known.rejected !== undefined && known.rejected !== reasonOf(wanted)) known.rejected = undefined;
    known.since ??= this.now;
    for (const action of dueRemovals(wanted, known.since, this.now)) known.due.set(action, this.now);
  }

  /**
   * Records that a technician accepted all removals that the rules require now or required until the group was deleted, including those not
   * planned yet.
   */
  release(name: string, ids?: readonly string[]): void {
    const target = this.target(name);
    for (const [id, known] of target.known) {
      const due = known.since === undefined ? 0 : dueRemovals(known.wanted, known.since, this.now).size;
      if ((due > 0 || known.leftBefore) && (ids === undefined || ids.includes(id))) known.released = true;
    }
  }

  /** Records that a technician rejected these removals, which are kept while the reason stays the same. */
  reject(name: string, ids: readonly string[]): void {
    const target = this.target(name);
    for (const id of ids) {
      const known = this.known(target, id);
      if (known.wanted.is === 'leaver') known.rejected = reasonOf(known.wanted);
    }
  }

  /** Records the end of the engine and of all commands. */
  crashed(): void {
    this.applying.clear();
    this.stepped();
  }

  /** Records a request to a system, about a person or a probe. */
  request(name: string, what: string, id?: string): void {
    this.requests += 1;
    const target = this.target(name);
    const silentSince = target.stateAt + settleMs + (this.now - target.slowAt < slowMs ? slowMs : 0);
    if (['draft', 'paused', 'orphaned'].includes(target.state) && this.now > silentSince) {
      this.fail('silence', `${name} is ${target.state}: expected no request, found ${what}${this.of(id)}`);
    }
    if (id === undefined) return;
    const { requests } = this.known(target, id);
    requests.push(this.now);
    const atOnce = requests.filter((at) => at === this.now).length;
    const steps = this.#steps.filter((at) => at >= this.now - hourMs).length;
    if (atOnce > maxBatch + 2 * this.#steps.filter((at) => at === this.now).length) {
      this.fail('requests', `${name}: expected at most ${maxBatch} requests${this.of(id)} at one moment, found more (the last: ${what})`);
    }
    while (requests[0] !== undefined && requests[0] < this.now - hourMs) requests.shift();
    if (requests.length > maxPerHour + 20 * steps) {
      this.fail(
        'requests',
        `${name}: expected at most ${maxPerHour + 20 * steps} requests${this.of(id)} in an hour, found more (the last: ${what})`,
      );
    }
  }

  /** Records a Delivery that arrives at a system, for the first time or again. */
  tried(name: string, delivery: Delivery): void {
    const target = this.target(name);
    if (delivery.released && !target.firstTried.has(delivery.id)) this.#judgeReleased(target, delivery);
    this.#tried(target, delivery.id);
    if (delivery.action === 'create') this.#creates.set(`${name} ${delivery.id}`, textOf(delivery.rows[0]?.['Email']));
  }

  /** Checks that a Delivery that passed the Guard as accepted was accepted by a technician. */
  #judgeReleased(target: Watched, { action, subject }: Delivery): void {
    const known = this.known(target, subject.id);
    if ((action !== 'deactivate' && action !== 'delete') || known.released || known.wanted.is !== 'leaver') return;
    this.fail('held', `${target.name}: expected the ${action}${this.of(subject.id)} to stay on hold, found it carried out without a yes`);
  }

  #tried(target: Watched, what: number | string): void {
    if (!target.firstTried.has(what)) target.firstTried.set(what, this.now);
  }

  /** Records a write of a system. */
  wrote(name: string, written: Written): void {
    const target = this.target(name);
    const { delivery, before, after, twins } = written;
    const id = delivery.subject.id;
    const { action } = delivery;
    this.observe();
    target.maxActive = Math.max(target.maxActive, written.active);
    if (action === 'create' && twins.length > 0) {
      this.fail(
        twins.some((twin) => twin.createdAs === twin.row.Email) ? 'twice' : 'shared',
        `${name}: expected one record with ${textOf(delivery.rows[0]?.['Email'])}, found another one created${this.of(id)}`,
      );
    }
    if (action === 'update' && before !== undefined && !target.keysReused) this.#judgeOwner(target, id, before);
    if (action === 'deactivate' || action === 'delete') {
      this.#judgeRemoval(target, id, action, delivery.id);
      if (before?.active === true && after?.active !== true) this.#judgeGuard(target, id, delivery);
    }
  }

  /** Checks that the record of another person who should stay is not overwritten. */
  #judgeOwner(target: Watched, id: string, before: NonNullable<Written['before']>): void {
    const { owner } = before;
    if (owner === undefined || owner === id) return;
    const other = this.known(target, owner);
    if (other.wanted.is === 'leaver' || this.now - other.left < settleMs) return;
    this.fail(
      'overwritten',
      `${target.name}: expected the record${this.of(owner)} to stay its own, found it overwritten by the one${this.of(id)}`,
    );
  }

  #judgeRemoval(target: Watched, id: string, action: 'deactivate' | 'delete', key: number | string): void {
    const known = this.known(target, id);
    if (known.leftBefore) return;
    const tried = target.firstTried.get(key) ?? this.now;
    const staleFrom = target.inForce?.rules.onChange === false ? Math.min(tried, target.lastFullPlan) : tried;
    const slow = this.now - target.slowAt < slowMs ? slowMs : 0;
    const due = Math.max(known.due.get(action) ?? -1, action === 'deactivate' ? (known.due.get('delete') ?? -1) : -1);
    if (due < staleFrom - settleMs - slow) {
      this.fail(
        'removed',
        `${target.name}: expected the record${this.of(id)} to stay (${describe(known.wanted)}), found it ${pastOf(action)}`,
      );
    }
    if (known.rejected !== undefined && known.wanted.is === 'leaver' && reasonOf(known.wanted) === known.rejected && tried === this.now) {
      this.fail(
        'rejected',
        `${target.name}: expected the record${this.of(id)} to stay, since its removal was rejected, found it ${pastOf(action)}`,
      );
    }
  }

  #judgeGuard(target: Watched, id: string, { createdAt }: Pick<Delivery, 'createdAt'>): void {
    const { released } = this.known(target, id);
    target.removals.push({ at: this.now, released });
    if (released || target.touched) return;
    const from = createdAt.getTime() - settleMs;
    const limits = target.guardInForce.filter((_one, index, all) => (all[index + 1]?.at ?? this.now) >= from);
    const most = Math.max(...limits.map((one) => one.most));
    const share = Math.max(...limits.map((one) => one.share));
    const window = guards.usual.removals.withinMs;
    const counted = target.removals.filter((one) => !one.released && one.at > this.now - window).length;
    if (counted > most) {
      this.fail('guard', `${target.name}: expected at most ${most} removals a day without a yes, found ${counted}, the last${this.of(id)}`);
    }
    if (counted >= 4 && counted > share * target.maxActive) {
      this.fail(
        'guard',
        `${target.name}: expected at most ${share * 100} % of ${target.maxActive} people removed a day without a yes, found ${counted}`,
      );
    }
  }

  /** Records a file that was handed over. */
  published(name: string, publication: string, before: readonly Row[], rows: readonly Row[]): void {
    const target = this.target(name);
    this.observe();
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row.Email, (counts.get(row.Email) ?? 0) + 1);
    const double = [...counts].find(([, count]) => count > 1);
    if (double !== undefined) this.fail('shared', `${name}: expected one row with ${double[0]}, found ${double[1]}`);
    const had = new Set(before.map((row) => row.Email));
    target.maxActive = Math.max(target.maxActive, before.length);
    for (const person of this.#picture.people.values()) {
      const emails = [...person.emails];
      if (!emails.some((email) => had.has(email)) || emails.some((email) => counts.has(email))) continue;
      const others = [...this.#picture.people.values()].filter(
        (other) => other !== person && emails.some((email) => other.emails.has(email)),
      );
      const known = this.known(target, person.id);
      // Rows have no owner: if several people had the e-mail, one of them may have left.
      if (others.length > 0) continue;
      this.#judgeRemoval(target, person.id, 'delete', publication);
      if (known.due.size > 0) this.#judgeGuard(target, person.id, { createdAt: new Date(target.firstTried.get(publication) ?? this.now) });
    }
  }

  /** Records a violation; only the first one is reported. */
  fail(check: string, message: string): void {
    this.failures.push(new Failure(check, message));
  }

  /** " of Anna", or an empty text. */
  of(id: string | undefined): string {
    const person = id === undefined ? undefined : this.#picture.people.get(id);
    return person === undefined ? '' : ` of ${names[person.who] ?? id}`;
  }
}

function reasonOf(wanted: Extract<Wanted, { is: 'leaver' }>): string {
  return `${wanted.reason} ${wanted.condition ?? ''}`;
}

/** The expected result as text. */
export function describe(wanted: Wanted): string {
  switch (wanted.is) {
    case 'there':
      return 'the rules keep it';
    case 'noRow':
      return 'no valid row, so the last one stays';
    case 'leaver':
      return `${wanted.reason}, with steps ${wanted.steps.map((step) => step.do).join(', ') || 'none'}`;
  }
}

function pastOf(action: Action): string {
  return action === 'delete' ? 'deleted' : 'deactivated';
}
