// Scans rows with a filter, in time slices.
import type { DatabaseAccess } from '../../database-access.ts';
import { bind, sql, type Bound, type SqlFragment, type MemberScan } from './sql-fragment.ts';
import { memberRows } from './group-attributes.ts';
import type { Deadline, ScanTimeBudget } from './scan-time-budget.ts';
import type { StatementCache } from './statement-cache.ts';

/** Dependencies of {@link RowScanner}. */
export interface ScanParts {
  readonly access: DatabaseAccess;
  readonly statements: StatementCache;
  readonly budget: ScanTimeBudget;
}

/** A scan over many rows. */
export interface RowScan<Row, From> {
  /** The statement that starts at a position, in an order that requires no sorting. It calls `in_time` for each row. */
  readonly from: (start: From) => SqlFragment;
  /** The position at which to continue if the time slice ended at this row. */
  readonly startAt: (row: Row) => From;
  readonly take: (row: Row) => void;
}

/**
 * Adds a condition that stops a statement at the end of its time slice. The row at which it stops is returned too; see `ScanTimeBudget`.
 */
export function inTime(condition: SqlFragment): SqlFragment {
  return sql`case in_time() when 1 then ${condition} else 1 end`;
}

/** Scans rows in slices, and yields to the event loop in between. @throws {ScimError} tooMany if the deadline passes. */
export class RowScanner {
  readonly #parts: ScanParts;
  readonly #deadline: Deadline;
  readonly #fast: readonly string[];
  readonly #source: string;
  readonly #members = new Map<MemberScan, string>();

  constructor(parts: ScanParts, source: string, deadline: Deadline, fast: readonly string[]) {
    this.#parts = parts;
    this.#source = source;
    this.#deadline = deadline;
    this.#fast = fast;
  }

  async each<Row, From>(start: From, rows: RowScan<Row, From>): Promise<void> {
    for (let from = start; ;) {
      const slice = from;
      await this.#parts.budget.queue.next(this.#source);
      const stop = await this.#parts.access.read(() => this.#takeSlice(rows.from(slice), rows.take));
      if (stop === undefined) return;
      from = rows.startAt(stop);
      this.#deadline.assert(this.#fast);
    }
  }

  /** Evaluates the conditions on members of a Source's Groups that a statement contains, before the statement is run. */
  async answerMembers({ values }: SqlFragment, source: string): Promise<void> {
    for (const scan of values) {
      if (typeof scan !== 'object' || Buffer.isBuffer(scan) || this.#members.has(scan)) continue;
      const groups = new Set<string>();
      await this.each<MemberKey, MemberKey>(
        { group_id: '', member: '' },
        {
          from: ({ group_id, member }) =>
            sql`select member.group_id, member.member from ${memberRows(sql`
          (member.group_id, member.member) >= (${bind(group_id)}, ${bind(member)}) and member.source = ${bind(source)}
          and ${inTime(scan.condition)}`)} order by member.group_id, member.member`,
          startAt: (row) => row,
          take: (row) => groups.add(row.group_id),
        },
      );
      this.#members.set(scan, JSON.stringify([...groups]));
    }
  }

  #takeSlice<Row>(fragment: SqlFragment, take: (row: Row) => void): Row | undefined {
    const { budget, statements } = this.#parts;
    const values = fragment.values.map((value) => this.#toValue(value));
    budget.begin();
    for (const row of statements.of(fragment.text).iterate(...values) as IterableIterator<Row>) {
      if (budget.stopped) return row;
      take(row);
    }
    return undefined;
  }

  #toValue(value: Bound): string | number | Buffer | undefined {
    return typeof value === 'object' && !Buffer.isBuffer(value) ? this.#members.get(value) : value;
  }
}

interface MemberKey {
  readonly group_id: string;
  readonly member: string;
}
