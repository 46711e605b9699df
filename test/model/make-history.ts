import { makeRandom } from '../e2e/make-random.ts';
import { Chance } from '../fuzz/chance.ts';
import { names, type Act, type History, type KindName, type OnceFault, type Rules, type Site, type Step } from './steps.ts';

const recordKinds = ['front-desk', 'gate', 'badges', 'script', 'blind', 'async', 'late'] as const;

/** Generates the history of a seed: always the same for the same seed. */
export function makeHistory(seed: number): History {
  const chance = new Chance(makeRandom(Math.imul(seed, 2_654_435_761)));
  const site = makeSite(chance);
  const count = 4 + chance.below(16);
  const maker = new StepMaker(chance, site);
  const steps: Step[] = [];
  while (steps.length < count) steps.push(...maker.make());
  return { seed, site, steps };
}

function makeSite(chance: Chance): Site {
  const kinds = new Set<KindName>();
  const count = 2 + chance.below(2);
  if (chance.in(0.5)) kinds.add('file');
  while (kinds.size < count) kinds.add(chance.of(recordKinds));
  return {
    targets: [...kinds].map((kind) => ({ kind, rules: makeRules(chance) })),
    people: chance.in(0.85) ? 3 + chance.below(4) : chance.below(3),
    smallUnits: chance.in(0.3),
  };
}

function makeRules(chance: Chance): Rules {
  return {
    scope: chance.weighted({ hosts: 4, everyone: 3, staff: 3 }),
    name: 'plain',
    leavers: chance.weighted({ delete: 5, later: 3, mixed: 2, keep: 1 }),
    guard: chance.weighted({ usual: 5, strict: 2, loose: 2, waiting: 1 }),
    onChange: chance.in(0.9),
  };
}

/** Generates one Step, or a few related Steps, such as a fault and a change during the fault. Most Steps are about the same few people. */
class StepMaker {
  readonly #chance: Chance;
  readonly #targets: number;
  readonly #focus: readonly number[];

  constructor(chance: Chance, { targets }: Site) {
    this.#chance = chance;
    this.#targets = targets.length;
    this.#focus = Array.from({ length: 3 }, () => chance.below(names.length));
  }

  make(): readonly Step[] {
    const chance = this.#chance;
    const target = chance.below(this.#targets);
    switch (chance.weighted({ person: 36, several: 6, group: 8, technician: 22, fault: 22, crash: 14, hand: 8, waves: 3, nothing: 6 })) {
      case 'person':
        return [toStep(chance, this.#person())];
      case 'several':
        return this.#several();
      case 'group':
        return [toStep(chance, { do: chance.weighted({ renameGroup: 3, removeGroup: 2, createGroup: 3 }) })];
      case 'technician':
        return [toStep(chance, makeTechnicianAct(chance, target, this.#who()))];
      case 'fault': {
        const steps = [toStep(chance, makeFault(chance, target))];
        return chance.in(0.8) ? [...steps, ...this.#arrival()] : steps;
      }
      case 'crash':
        return this.#crash(target);
      case 'hand':
        return this.#hand(target);
      case 'waves':
        return this.#waves(target);
      case 'nothing':
        return [{ act: { do: 'nothing' }, ms: chance.of([60_000, 3_600_000, 86_400_000, 3 * 86_400_000]) }];
    }
  }

  #who(): number {
    return this.#chance.in(0.7) ? this.#chance.of(this.#focus) : this.#chance.below(names.length);
  }

  #person(): Act {
    return makePersonAct(this.#chance, this.#who(), this.#who());
  }

  /** The change during a fault or crash: often a new person, whose record may then exist or not. */
  #arrival(): readonly Step[] {
    return this.#chance.in(0.35) ? this.#newcomer(this.#chance.below(names.length)) : [toStep(this.#chance, this.#person())];
  }

  /** Creates a person, who is often immediately added to the host group. */
  #newcomer(who: number): readonly Step[] {
    const join = { do: 'join', who } as const;
    if (this.#chance.in(0.3)) return [toStep(this.#chance, join)];
    return [{ act: join, ms: 0, turns: 0 }, toStep(this.#chance, { do: 'enterGroup', who })];
  }

  /** Several people leave and are held, a technician accepts the displayed hold, and other people leave before or after that. */
  #waves(target: number): readonly Step[] {
    const chance = this.#chance;
    const from = chance.below(names.length);
    const wave = (first: number, count: number): Step[] => {
      const doing = chance.of(['disable', 'remove'] as const);
      const leave = Array.from({ length: count }, (_, n): Step => ({
        act: { do: doing, who: (from + first + n) % names.length },
        ms: 0,
        turns: 0,
      }));
      return [...leave, { act: { do: 'nothing' }, ms: chance.of([5_000, 60_000]) }];
    };
    const strict: Step[] = chance.in(0.5) ? [{ act: { do: 'edit', target, change: { guard: 'strict' } }, ms: 1_000 }] : [];
    const [look, accept] = [{ act: { do: 'look', target }, ms: 0 }, toStep(chance, this.#answer(target))] as const;
    const first = wave(0, 2 + chance.below(3));
    const second = wave(4, 2 + chance.below(2));
    return [...strict, ...first, look, ...(chance.in(0.5) ? [accept, ...second] : [...second, accept])];
  }

  /** The same change for several people at once. */
  #several(): readonly Step[] {
    const chance = this.#chance;
    const doing = chance.weighted({ disable: 4, remove: 3, leaveGroup: 3, enable: 2, enterGroup: 2, recreate: 2, join: 2 });
    const from = chance.below(names.length);
    const count = 2 + chance.below(4);
    const steps = Array.from({ length: count }, (_, n): Step => ({ act: { do: doing, who: (from + n) % names.length }, ms: 0, turns: 0 }));
    return [...steps, { act: { do: 'nothing' }, ms: chance.of([0, 1_000, 60_000]) }];
  }

  #answer(target: number): Act {
    const chance = this.#chance;
    if (chance.in(0.7)) return { do: 'acceptShown', target };
    return { do: chance.in(0.6) ? 'acceptOne' : 'rejectOne', target, place: chance.below(4) };
  }

  #crash(target: number): readonly Step[] {
    const chance = this.#chance;
    const again = chance.in(0.25) ? { again: 1 + chance.below(12) } : {};
    const calls = 1 + (chance.in(0.5) ? chance.below(20) : chance.below(90));
    const when = chance.in(0.5) ? 'before' : 'after';
    if (chance.in(0.35)) {
      const atAnswer = { do: 'crash', calls: 1 + chance.below(3), when, at: 'answers', ...again } as const;
      return [{ act: atAnswer, ms: 0, turns: 0 }, ...this.#arrival()];
    }
    const crash = { act: { do: 'crash', calls, when, ...again }, ms: 0, turns: 0 } as const;
    return [crash, ...(chance.in(0.75) ? this.#arrival() : [toStep(chance, makeTechnicianAct(chance, target, this.#who()))])];
  }

  /** A manual change in the product, often followed by a change of the same person in the directory. */
  #hand(target: number): readonly Step[] {
    const chance = this.#chance;
    const edit = chance.weighted({ email: 3, delete: 3, add: 3, disable: 1, restore: 1, reuseKey: 1 });
    const [who, other] = [this.#who(), this.#who()];
    const hand = toStep(chance, { do: 'hand', target, edit, who, other });
    if (edit === 'add' && chance.in(0.6)) return [hand, ...this.#newcomer(who)];
    if (chance.in(0.3)) return [hand];
    const doing = chance.weighted({ rename: 3, join: 3, recreate: 2, disable: 2 });
    return [hand, toStep(chance, { do: doing, who: chance.in(0.5) ? who : other })];
  }
}

function toStep(chance: Chance, act: Act): Step {
  const passes = chance.weighted({ nothing: 25, turns: 20, settled: 35, minute: 10, longer: 10 });
  switch (passes) {
    case 'nothing':
      return { act, ms: 0, turns: 0 };
    case 'turns':
      return { act, ms: chance.in(0.5) ? 1_000 : 0, turns: 1 + chance.below(12) };
    case 'settled':
      return { act, ms: 1_000 };
    case 'minute':
      return { act, ms: 60_000 };
    case 'longer':
      return { act, ms: chance.of([900_000, 7_200_000, 86_400_000]) };
  }
}

function makePersonAct(chance: Chance, who: number, other: number): Act {
  const doing = chance.weighted({
    join: 12,
    rename: 8,
    move: 7,
    enable: 7,
    disable: 9,
    remove: 8,
    recreate: 9,
    enterGroup: 6,
    leaveGroup: 6,
    email: 9,
    swap: 4,
    unwritable: 3,
    writable: 2,
  });
  switch (doing) {
    case 'email':
      return {
        do: 'email',
        who,
        to: chance.weighted({ new: 4, empty: 3, own: 3, other: 3 }) === 'other' ? other : chance.of(['new', 'empty', 'own'] as const),
      };
    case 'swap':
      return { do: 'swap', who, other };
    default:
      return { do: doing, who };
  }
}

function makeTechnicianAct(chance: Chance, target: number, who: number): Act {
  const doing = chance.weighted({
    edit: 14,
    apply: 14,
    pause: 8,
    resume: 9,
    draft: 3,
    accept: 9,
    reject: 7,
    look: 4,
    acceptShown: 4,
    answerOne: 5,
    retry: 7,
    retryOne: 3,
    plan: 4,
    breakFile: 3,
    removeFile: 4,
    mendFile: 7,
    reconcile: 6,
  });
  switch (doing) {
    case 'edit':
      return { do: 'edit', target, change: makeChange(chance) };
    case 'answerOne':
      return { do: chance.of(['acceptOne', 'rejectOne'] as const), target, place: chance.below(4) };
    case 'retryOne':
      return { do: 'retry', target, who };
    default:
      return { do: doing, target };
  }
}

function makeChange(chance: Chance): Partial<Rules> {
  const rules = makeRules(chance);
  switch (chance.weighted({ scope: 4, name: 2, leavers: 3, guard: 3, onChange: 1 })) {
    case 'scope':
      return { scope: rules.scope };
    case 'name':
      return { name: chance.of(['plain', 'titled'] as const) };
    case 'leavers':
      return { leavers: rules.leavers };
    case 'guard':
      return { guard: rules.guard };
    case 'onChange':
      return { onChange: chance.in(0.5) };
  }
}

const onceFaults: readonly OnceFault[] = [
  'timeoutAfterCommit',
  'timeoutAfterCommit',
  'lostAfterCommit',
  'lostAfterCommit',
  'cutBeforeCommit',
  'slowDown',
  'slowDownUntil',
  'partialBatch',
  'garbage',
  'lookUpFails',
];

function makeFault(chance: Chance, target: number): Act {
  if (chance.in(0.65)) return { do: 'fault', target, fault: chance.of(onceFaults), times: 1 + chance.below(chance.in(0.2) ? 6 : 2) };
  return { do: 'condition', target, is: chance.weighted({ well: 4, refuses: 1, dead: 2, slow: 2, notFound: 1 }) };
}
