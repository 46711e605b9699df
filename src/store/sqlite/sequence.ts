// A persistent counter, such as the number of the last Change.
import type { Database, Statement } from 'better-sqlite3';
import type { TransactionListener } from './group-commit-writer.ts';
import { prepare } from './prepare.ts';

/**
 * A number that only increases. Kept in memory and stored in a table, so that no number is reused after its rows were deleted. Numbers of
 * failed units are reused.
 */
export class Sequence implements TransactionListener {
  readonly #name: string;
  readonly #save: Statement<[string, number]>;
  #value: number;
  /** The value after the last successful unit of the current commit; `#committed`: the value after the last commit. */
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
