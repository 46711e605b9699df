// The steps of the demo, and the check after each step.
import { showNumber } from '../../domain/wording.ts';
import { runCycle } from '../entra-cycle.ts';
import type { EntraClient } from '../entra-client.ts';
import type { EntraDirectory, EntraPerson } from '../entra-directory.ts';
import { groupsOf, personAt, withChanged, withRecreated, withoutPerson } from './directory-changes.ts';
import { compareRecords, expectRecords } from './expectation.ts';
import type { DemoAdmin, DemoScreen } from './demo-interfaces.ts';
import type { DemoSystem } from './systems.ts';
import { pollUntil } from './poll.ts';

/** The parts of a demo: screen, systems, admin API, client and directory. */
export interface DemoParts {
  readonly screen: DemoScreen;
  readonly signal: AbortSignal;
  readonly systems: readonly DemoSystem[];
  readonly admin: DemoAdmin;
  readonly entra: EntraClient;
  readonly directory: EntraDirectory;
}

/** Max wait for the first cycle with its first load, and below, for each later step. */
const firstCycleMs = 60_000;
const patienceMs = 15_000;

/** A disabled person must be deleted or inactive at every system within this time after the PATCH. */
const disabledWithinMs = 3_000;

/** Indexes in the directory of the people who are changed: none is a manager, and all have a valid row everywhere. */
const renamed = 40;
const promoted = [41, 42, 43];
const disabled = [50, 51, 52];
const deleted = [60, 61];

/**
 * The steps of a demo, in order. Each step prints what it did and waits until the systems show the result; a missing result ends the demo.
 */
export class DemoSteps {
  readonly #parts: DemoParts;
  readonly #begun = performance.now();
  #directory: EntraDirectory;
  #deleted: readonly EntraPerson[] = [];
  #good = true;

  constructor(parts: DemoParts) {
    this.#parts = parts;
    this.#directory = parts.directory;
  }

  /** Runs the steps up to the first failure, and counts. @returns true if all results were correct. */
  async run(): Promise<boolean> {
    const steps = [
      () => this.#provision(),
      () => this.#goLive(),
      () => this.#awaitFirstLoad(),
      () => this.#change(),
      () => this.#disable(),
      () => this.#restore(),
      () => this.#delete(),
      () => this.#recreate(),
    ];
    for (const step of steps) if (this.#good) await step();
    await this.#count();
    return this.#good;
  }

  async #provision(): Promise<void> {
    const { entra, screen } = this.#parts;
    await entra.testConnection();
    this.#say('Entra tested the connection successfully');
    await this.#sync(true);
    const { people, groups } = this.#directory;
    const { requests } = entra.counts();
    this.#say(`Entra's first cycle: ${people.length} people, ${groups.length} groups, ${showNumber(requests)} requests, all answered`);
    screen.progress('', 0, 0);
    await this.#await('the end of the first cycle', firstCycleMs, async () => {
      const { sources } = await this.#parts.admin.status();
      return sources.every((source) => source.cycle === 'over') ? undefined : 'it ends after 2 s without a write';
    });
    this.#say('No write for 2 s: the first cycle has finished');
  }

  /** Plans and applies, as an operator would, and names the people without a valid row. */
  async #goLive(): Promise<void> {
    for (const system of this.#parts.systems) await this.#apply(system);
  }

  async #apply({ target, title, replaces }: DemoSystem): Promise<void> {
    const plan = await this.#parts.admin.plan(target, { limit: 20 });
    const heldBack = plan.heldBack.map(({ person, why }) => `${person.displayName || person.userName} (${why})`);
    this.#say(
      `${target} (${title}): ${plan.actions['create'] ?? 0} to create, ${plan.heldBackCount} without a valid row${heldBack.map((one) => `: ${one}`).join('')}`,
    );
    const agreed = replaces ? { replaceAll: true, without: plan.heldBackCount } : {};
    await this.#parts.admin.apply(target, { by: 'demo', hash: plan.hash, ...agreed });
  }

  async #awaitFirstLoad(): Promise<void> {
    for (const system of this.#parts.systems) {
      await this.#awaitAll(system, firstCycleMs);
      const held = (await system.read()).length;
      this.#say(`${system.target} has ${held} of ${this.#directory.people.length} people: ${system.where}`);
    }
    const ms = performance.now() - this.#begun;
    if (ms > firstCycleMs) this.#fail(`the first cycle took ${toSeconds(ms)}, more than ${firstCycleMs / 1000} s`);
  }

  async #change(): Promise<void> {
    const married = personAt(this.#directory, renamed);
    this.#directory = withChanged(this.#directory, married.objectId, {
      surname: 'Nuñez-O’Hara',
      displayName: `${married.givenName} Nuñez-O’Hara`,
    });
    for (const index of promoted) {
      this.#directory = withChanged(this.#directory, personAt(this.#directory, index).objectId, { jobTitle: 'Head of Everything, acting' });
    }
    await this.#sync();
    const ms = await this.#awaitEverywhere();
    this.#say(
      `Changed: ${married.displayName} has a new name, ${promoted.length} people have new titles; correct in all three systems after ${toSeconds(ms)}`,
    );
  }

  /** Disables people one by one, and measures the time from each PATCH to its effect. */
  async #disable(): Promise<void> {
    for (const index of disabled) {
      if (!this.#good) return;
      const person = personAt(this.#directory, index);
      this.#directory = withChanged(this.#directory, person.objectId, { accountEnabled: false });
      const begun = performance.now();
      await this.#parts.entra.syncPerson(personAt(this.#directory, index));
      await this.#awaitEverywhere();
      const ms = performance.now() - begun;
      this.#say(`Disabled: ${person.displayName} is removed or inactive in all three systems ${toSeconds(ms)} after the PATCH`);
      if (ms > disabledWithinMs) this.#fail(`the change took more than ${disabledWithinMs / 1000} s`);
    }
  }

  async #restore(): Promise<void> {
    const person = personAt(this.#directory, disabled[0] ?? 0);
    this.#directory = withChanged(this.#directory, person.objectId, { accountEnabled: true });
    await this.#sync();
    const ms = await this.#awaitEverywhere();
    this.#say(`Restored: ${person.displayName} is back in all three systems after ${toSeconds(ms)}`);
  }

  async #delete(): Promise<void> {
    const people = deleted.map((index) => personAt(this.#directory, index));
    for (const { objectId } of people) this.#directory = withoutPerson(this.#directory, objectId);
    this.#deleted = people;
    await this.#sync();
    const ms = await this.#awaitEverywhere();
    this.#say(
      `Deleted: ${people.map((person) => person.displayName).join(' and ')} are removed or inactive in all three systems after ${toSeconds(ms)}`,
    );
  }

  /**
   * Deletes a person and creates the person again, which is a new person for Entra. The record at the REST system, which is waiting for its
   * removal, must be adopted and not duplicated.
   */
  async #recreate(): Promise<void> {
    const [person, ...others] = this.#deleted;
    if (person === undefined) return;
    const groups = groupsOf(this.#parts.directory, person.objectId);
    this.#directory = withRecreated(this.#directory, person, `${person.objectId.slice(0, -1)}f`, groups);
    this.#deleted = others;
    await this.#sync();
    const ms = await this.#awaitEverywhere();
    this.#say(
      `${person.displayName} was deleted and created again in Entra, and has exactly one record in all three systems after ${toSeconds(ms)}`,
    );
  }

  /** Counts the records in every system and compares them with the directory. */
  async #count(): Promise<void> {
    this.#say('Records in the three systems:');
    for (const system of this.#parts.systems) {
      const found = await system.read();
      const wrong = compareRecords(expectRecords(this.#directory, this.#deleted, system.rules), found);
      const active = found.filter((record) => record.active).length;
      const held = this.#directory.people.flatMap((person) => {
        const why = system.rules.holdsBack(person);
        return why === undefined ? [] : [`${person.displayName}: ${why}`];
      });
      const enabled = this.#directory.people.filter((person) => person.accountEnabled).length;
      this.#parts.screen.line(
        `            ${system.target.padEnd(11)} ${active} of ${enabled} enabled people, ${found.length - active} inactive` +
          `${held.length === 0 ? '' : `, no valid row: ${held.join('; ')}`}  ${wrong.length === 0 ? 'correct' : 'WRONG'}`,
      );
      for (const sentence of wrong.slice(0, 10)) this.#fail(`${system.target}: ${sentence}`);
    }
  }

  async #sync(first = false): Promise<void> {
    const { entra, screen } = this.#parts;
    const cycle = await runCycle(entra, this.#directory, {
      concurrency: 8,
      ...(first && { progress: (phase, done, all) => screen.progress(phase, done, all) }),
    });
    for (const { objectId, why } of cycle.failed) this.#fail(`Entra could not send ${objectId}: ${why}`);
  }

  async #awaitEverywhere(): Promise<number> {
    const begun = performance.now();
    for (const system of this.#parts.systems) await this.#awaitAll(system, patienceMs);
    return performance.now() - begun;
  }

  async #awaitAll(system: DemoSystem, withinMs: number): Promise<void> {
    const expected = expectRecords(this.#directory, this.#deleted, system.rules);
    await this.#await(`${system.target} to have the expected records`, withinMs, async () => {
      const found = await system.read();
      const wrong = compareRecords(expected, found);
      this.#parts.screen.progress(system.target, expected.length - Math.min(wrong.length, expected.length), expected.length);
      return wrong.length === 0 ? undefined : `${wrong[0]}${wrong.length > 1 ? ` and ${wrong.length - 1} more` : ''}`;
    });
  }

  /** Waits for a result. A result that does not come in time fails the demo, with the status from the daemon. */
  async #await(what: string, withinMs: number, lacks: () => Promise<string | undefined>): Promise<void> {
    const lacking = await pollUntil(lacks, { withinMs, signal: this.#parts.signal });
    if (lacking === undefined) return;
    this.#fail(`waited ${withinMs / 1000} s for ${what}: ${lacking}`);
    const { targets, problems } = await this.#parts.admin.status();
    for (const { name, trouble } of targets) if (trouble !== '') this.#fail(`${name}: ${trouble}`);
    for (const { file, path, message } of problems) this.#fail(`${file} ${path}: ${message}`);
  }

  #fail(text: string): void {
    this.#good = false;
    this.#parts.screen.line(`        !   ${text}`);
  }

  #say(text: string): void {
    this.#parts.screen.line(`${toSeconds(performance.now() - this.#begun).padStart(9)}   ${text}`);
  }
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
