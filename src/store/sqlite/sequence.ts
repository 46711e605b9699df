// A persistent counter.
import type { Database, Statement } from 'better-sqlite3';
import type { TransactionListener } from './group-commit-writer.ts';
import { prepare } from './prepare.ts';

/**
 * A number that only grows, such as that of the last Change. Kept in memory; stored in a table, so that no number is used
 * again after its rows were deleted. Numbers of failed units are used again.
 */
export class Sequence implements TransactionListener {
  readonly #name: string;
  readonly #save: Statement<[string, number]>;
  #value: number;
  /** As it was after the last unit that is part of the present commit, and after the last commit. */
  #kept: number;
  #committed: number;

  constructor(db: Database, name: string) {
    this.#name = name;
    this.#save = prepare(db, 'insert into counters (name, value) values (?, ?) on conflict (name) do update set value = excluded.value');
    this.#committed = prepare<[string], number>(db, 'select value from counters where name = +?').pluck().get(name) ?? 0;
    this.#kept = this.#committed;
    this.#value = this.#committed;
  }

  /** The last number taken; 0 before the first. */
  get value(): number {
    return this.#value;
  }

  /** Takes the next number. */
  take(): number {
    this.#value += 1;
    return this.#value;
  }

  unitFailed(): void {
    this.#value = this.#kept;
  }

  unitSucceeded(): void {
    this.#kept = this.#value;
  }

  beforeCommit(): void {
    if (this.#kept !== this.#committed) this.#save.run(this.#name, this.#kept);
  }

  committed(): void {
    this.#committed = this.#kept;
  }

  transactionFailed(): void {
    this.#kept = this.#committed;
    this.#value = this.#committed;
  }
}
