// Counts writes per Source and stores the counts once per commit.
import type { Database, Statement } from 'better-sqlite3';
import type { SourceId } from '../../../domain/ids.ts';
import type { TransactionListener } from '../group-commit-writer.ts';
import { prepare } from '../prepare.ts';

interface Entry {
  readonly source: SourceId;
  readonly at: number;
  readonly people: number;
  readonly groups: number;
}

/** Adds up the changes of a commit for each Source, so that the Source's row is written once per commit and not once per unit. */
export class SourceCounters implements TransactionListener {
  readonly #add: Statement<[string, number, number, number, number]>;
  readonly #counts: Statement<[string], { readonly people: number; readonly groups: number }>;
  #unit: Entry[] = [];
  #kept = new Map<SourceId, { first: number; last: number; people: number; groups: number }>();

  constructor(db: Database) {
    this.#add = prepare(
      db,
      `
      insert into sources (id, first_write, last_write, people, groups) values (?, ?, ?, ?, ?)
      on conflict (id) do update set
        first_write = coalesce(first_write, excluded.first_write),
        last_write = max(coalesce(last_write, 0), excluded.last_write),
        people = people + excluded.people,
        groups = groups + excluded.groups`,
    );
    this.#counts = prepare(db, 'select people, groups from sources where id = +?');
  }

  /** Records a write of a Source, with the changes of its numbers of people and Groups. */
  add(source: SourceId, at: Date, people: number, groups: number): void {
    this.#unit.push({ source, at: at.getTime(), people, groups });
  }

  /** The numbers of people and Groups of a Source. */
  counts(source: SourceId): { readonly people: number; readonly groups: number } {
    return this.#counts.get(source) ?? { people: 0, groups: 0 };
  }

  unitFailed(): void {
    this.#unit = [];
  }

  unitSucceeded(): void {
    if (this.#unit.length === 0) return;
    this.#unit.forEach((entry) => this.#sum(entry));
    this.#unit = [];
  }

  transactionFailed(): void {
    this.#unit = [];
    this.#kept.clear();
  }

  beforeCommit(): void {
    for (const [source, sum] of this.#kept) this.#add.run(source, sum.first, sum.last, sum.people, sum.groups);
  }

  committed(): void {
    this.#kept.clear();
  }

  #sum({ source, at, people, groups }: Entry): void {
    const sum = this.#kept.get(source);
    if (sum === undefined) {
      this.#kept.set(source, { first: at, last: at, people, groups });
      return;
    }
    sum.first = Math.min(sum.first, at);
    sum.last = Math.max(sum.last, at);
    sum.people += people;
    sum.groups += groups;
  }
}
