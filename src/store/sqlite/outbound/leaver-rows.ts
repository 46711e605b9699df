// Reads the people who are leaving a Target.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { LeaverReason } from '../../../domain/target.ts';
import type { LeaverCounts } from '../../outbound-reads.ts';
import { prepare } from '../prepare.ts';
import { openSql } from './delivery-rows.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

interface CountRow {
  readonly reason: LeaverReason;
  readonly active: number;
  readonly count: number;
}

/** The condition of the partial index, word for word. `who` has the names of the columns that identify the Shadow. */
function leavingSql(who: string): string {
  return `shadows indexed by shadows_leaving where shadows.target = +@target and leaving_reason is not null
    and shadows.subject_id = ${who}.subject_id and shadows.subject_kind = ${who}.subject_kind`;
}

const clocks = "rechecks indexed by rechecks_clock where rechecks.target = +@target and rechecks.cause = 'clock'";
const removals = `deliveries indexed by deliveries_removing where deliveries.target = +@target and removal_reason is not null and ${openSql}`;

/**
 * Statements over Leavers: Shadows of people who are leaving. A leaver clock runs while there is a Recheck with that cause, or an open
 * removal. There can be many Leavers without further steps, so counts and lists start from the running clocks.
 */
export class LeaverRows {
  readonly #page: Statement<{ target: string; last: string; limit: number }, SubjectColumns>;
  readonly #running: Statement<{ target: string }, CountRow>;
  readonly #deactivated: Statement<{ target: string }, CountRow>;
  readonly #rejected: Statement<{ target: string }, CountRow>;

  constructor(db: Database) {
    const next = (table: string, from: string) =>
      `select * from (select ${table}.subject_id, ${table}.subject_kind from ${from} and ${table}.subject_id > +@last
         and exists (select 1 from ${leavingSql(table)}) order by ${table}.subject_id, ${table}.subject_kind limit +@limit)`;
    this.#page = prepare(
      db,
      `${next('rechecks', clocks)} union ${next('deliveries', removals)} order by subject_id, subject_kind limit +@limit`,
    );
    this.#running = prepare(
      db,
      `
      select leaving_reason as reason, active, count(*) as count
      from (select subject_id, subject_kind from ${clocks} union select subject_id, subject_kind from ${removals}) as running
      cross join ${leavingSql('running')} group by leaving_reason, active`,
    );
    this.#deactivated = prepare(
      db,
      `
      select leaving_reason as reason, 0 as active, count(*) as count from shadows indexed by shadows_active
      where target = +@target and active = 0 and leaving_reason is not null group by leaving_reason`,
    );
    this.#rejected = prepare(
      db,
      `
      select leaving_reason as reason, active, count(*) as count
      from (select subject_id, subject_kind from decisions where target = +@target and kind = 'removalRejected') as rejected
      cross join ${leavingSql('rejected')} group by leaving_reason, active`,
    );
  }

  /** Leavers with a running clock, sorted by Subject id, after `last`. */
  page(target: TargetName, last: SubjectId | undefined, limit: number): readonly SubjectRef[] {
    return this.#page.all({ target, last: last ?? '', limit }).map(toSubject);
  }

  counts(target: TargetName): LeaverCounts {
    const running = this.#running.all({ target });
    const waiting = [...running, ...this.#rejected.all({ target })].filter(({ active }) => active === 0);
    const ended = this.#deactivated.all({ target }).map(({ reason, count }) => {
      const left = waiting.filter((row) => row.reason === reason).reduce((sum, row) => sum + row.count, 0);
      return [reason, Math.max(0, count - left)] as const;
    });
    return {
      running: running.reduce((sum, { count }) => sum + count, 0),
      ended: Object.fromEntries(ended.filter(([, count]) => count > 0)),
    };
  }
}
