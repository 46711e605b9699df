// Stores which Sources have finished their first provisioning cycle.
import type { Database, Statement } from 'better-sqlite3';
import type { SourceId } from '../../../domain/ids.ts';
import type { FirstCycles } from '../../outbound.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { prepare } from '../prepare.ts';

/** Stores which Sources have finished their first cycle. */
export class SqliteFirstCycles implements FirstCycles {
  readonly #access: DatabaseAccess;
  readonly #list: Statement<[], SourceId>;
  readonly #note: Statement<[SourceId]>;

  constructor(db: Database, access: DatabaseAccess) {
    this.#access = access;
    this.#list = prepare<[], SourceId>(db, 'select source from first_cycles').pluck();
    this.#note = prepare(db, 'insert or ignore into first_cycles (source) values (?)');
  }

  over(): Promise<ReadonlySet<SourceId>> {
    return this.#access.read(() => new Set(this.#list.all()));
  }

  async note(source: SourceId): Promise<void> {
    await this.#access.write(() => this.#note.run(source));
  }
}
