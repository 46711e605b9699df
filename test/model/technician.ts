import { overlayImmediate } from '../../src/config/compare-definitions.ts';
import { CommandRefused } from '../../src/domain/errors.ts';
import { personSubject } from '../../src/domain/ids.ts';
import type { Commands } from '../../src/outbound/engine/commands.ts';
import type { EngineDeps } from '../../src/outbound/engine/deps.ts';
import type { Engine } from '../../src/outbound/engine/engine.ts';
import type { TargetFile } from '../../src/outbound/engine/definition/sync-definitions.ts';
import { previewTarget } from '../../src/outbound/engine/preview/preview.ts';
import type { Store } from '../support/stores.ts';
import type { HoldChoice } from '../../src/store/engine-store.ts';
import { toDefinition } from './rules.ts';
import type { Act, KindName, Rules } from './steps.ts';
import type { Watch } from './watched-systems.ts';

/** A running engine and its commands. */
export interface AtWork {
  readonly deps: EngineDeps;
  readonly engine: Engine;
  readonly commands: Commands;
}

interface File {
  rules: Rules;
  broken: boolean;
  present: boolean;
}

/** A hold as the technician saw it. */
interface Shown {
  readonly hold: number;
  readonly revision: number;
  readonly people: readonly string[];
}

const by = 'mira';

/** The simulated person who edits the files and runs the commands. */
export class Technician {
  readonly #files = new Map<KindName, File>();
  readonly #editions = new Map<KindName, Rules[]>();
  readonly #store: Store;
  readonly #shown = new Map<KindName, Shown>();
  watch: Watch | undefined;

  constructor(store: Store, targets: readonly { readonly kind: KindName; readonly rules: Rules }[]) {
    this.#store = store;
    for (const { kind, rules } of targets) {
      this.#files.set(kind, { rules, broken: false, present: true });
      this.#editions.set(kind, [rules]);
    }
  }

  /** The definition in an edition of a file. */
  edition(target: KindName, edition: number): Rules {
    const rules = this.#editions.get(target)?.[edition];
    if (rules === undefined) throw new Error(`${target} has no edition ${edition}`);
    return rules;
  }

  /** Synchronizes the engine with the current files. */
  async syncDefinitions({ engine }: Pick<AtWork, 'engine'>): Promise<void> {
    const files = [...this.#files].flatMap(([name, file]): readonly TargetFile[] => {
      if (!file.present) return [];
      return file.broken ? [{ name }] : [{ name, fileDefinition: this.#fileDefinition(name, file) }];
    });
    await engine.syncDefinitions(files, overlayImmediate);
  }

  /** Makes every file valid again, with its last content. */
  mendAll(): void {
    for (const file of this.#files.values()) Object.assign(file, { broken: false, present: true });
  }

  /**
   * Carries out an Act of the technician at a Target; other Acts do nothing. @throws {CommandRefused} if the engine refuses the command.
   */
  async perform(act: Act, target: KindName, at: AtWork, id: string | undefined): Promise<void> {
    const file = this.#files.get(target);
    if (file === undefined) return;
    switch (act.do) {
      case 'edit':
        file.rules = { ...file.rules, ...act.change };
        this.#editions.get(target)?.push(file.rules);
        return this.syncDefinitions(at);
      case 'breakFile':
        file.broken = true;
        return this.syncDefinitions(at);
      case 'removeFile':
        file.present = false;
        return this.syncDefinitions(at);
      case 'mendFile':
        Object.assign(file, { broken: false, present: true });
        return this.syncDefinitions(at);
      case 'apply':
        return this.#apply(target, file, at);
      case 'plan':
        return this.#plan(target, file, at);
      case 'pause':
        return void (await at.commands.pause(target, by));
      case 'resume':
        return void (await at.commands.resume(target, by));
      case 'draft':
        return void (await at.commands.draft(target, by));
      case 'accept':
        this.watch?.release(target, await this.#held(target));
        return void (await at.commands.accept(target, {}, by));
      case 'look':
        return this.#look(target);
      case 'acceptShown':
        return this.#acceptShown(target, at);
      case 'reject':
        return this.#reject(target, at);
      case 'acceptOne':
      case 'rejectOne':
        return this.#answerOne(act.do, target, act.place, at);
      case 'retry':
        return void (await at.commands.retry(target, id));
      case 'reconcile':
        return at.engine.runner(target).reconcile();
      default:
    }
  }

  #fileDefinition(target: KindName, { rules }: File) {
    return toDefinition(target, rules, (this.#editions.get(target)?.length ?? 1) - 1);
  }

  async #apply(target: KindName, file: File, at: AtWork): Promise<void> {
    if (file.broken || !file.present) throw new CommandRefused('the file cannot be used');
    await this.syncDefinitions(at);
    this.watch?.applying.add(target);
    const order = { by, replaceAll: true, without: 0, system: undefined, otherSystem: false, hash: undefined };
    try {
      await at.commands.apply(target, this.#fileDefinition(target, file), order);
    } finally {
      this.watch?.applying.delete(target);
    }
  }

  async #plan(target: KindName, file: File, at: AtWork): Promise<void> {
    if (file.broken || !file.present) throw new CommandRefused('the file cannot be used');
    await this.syncDefinitions(at);
    const known = await this.#store.targets.get(target);
    if (known !== undefined)
      await previewTarget(at.deps, {
        target: known,
        definition: this.#fileDefinition(target, file),
        cause: 'config',
        limits: { lines: 5, records: 3 },
      });
  }

  /** Reads the hold on removals, as `list --held` shows it. */
  async #look(target: KindName): Promise<void> {
    const hold = (await this.#store.outbox.holds(target)).find((one) => one.open > 0 && one.what === 'removals');
    if (hold === undefined) return void this.#shown.delete(target);
    this.#shown.set(target, { hold: hold.number, revision: hold.revision, people: await this.#held(target) });
  }

  /** Accepts the hold as the technician last saw it; people who have joined since then stay held. */
  async #acceptShown(target: KindName, at: AtWork): Promise<void> {
    const shown = this.#shown.get(target);
    if (shown === undefined) throw new CommandRefused('nothing was shown');
    this.watch?.release(target, shown.people);
    await at.commands.accept(target, { hold: shown.hold, revision: shown.revision }, by);
  }

  /** Answers for one person with `--person`: all others stay held. */
  async #answerOne(answer: 'acceptOne' | 'rejectOne', target: KindName, place: number, at: AtWork): Promise<void> {
    const held = await this.#held(target);
    const id = held[place % held.length];
    if (id === undefined) throw new CommandRefused('nothing is on hold');
    const choice = { subjects: [personSubject(id)] };
    if (answer === 'rejectOne') return this.#rejectChosen(target, at, choice, [id]);
    this.watch?.release(target, [id]);
    await at.commands.accept(target, choice, by);
  }

  async #reject(target: KindName, at: AtWork): Promise<void> {
    return this.#rejectChosen(target, at, {}, await this.#held(target));
  }

  async #rejectChosen(target: KindName, at: AtWork, choice: HoldChoice, held: readonly string[]): Promise<void> {
    await at.commands.reject(target, choice, by);
    const decided = await this.#store.decisions.get(target, held.map(personSubject));
    this.watch?.reject(
      target,
      decided.map(({ subject }) => subject.id),
    );
  }

  async #held(target: KindName): Promise<readonly string[]> {
    return (await this.#store.outbox.list(target, ['held'], 100)).map((delivery) => delivery.subject.id);
  }
}
