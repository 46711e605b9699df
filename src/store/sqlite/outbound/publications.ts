// Stores the steps of publishing a full file.
import type { Database, Statement } from 'better-sqlite3';
import type { TargetName } from '../../../domain/ids.ts';
import type { MatchKey, OutboundRecord } from '../../../domain/record.ts';
import { shadowAfter, type ShadowWrite } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import { valueAt } from '../column-values.ts';
import { prepare } from '../prepare.ts';
import type { UnitSize } from '../unit-size.ts';
import type { OutboundRows } from './outbound-rows.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

interface BoundRow extends SubjectColumns {
  readonly id: number;
  readonly action: Action;
  readonly key: string | null;
  readonly match_keys: string | null;
  readonly rows: string;
}

/** The progress of one step of a publication: the number of rows in this unit, and whether there are more. */
export interface PublicationPortion {
  readonly count: number;
  readonly more: boolean;
}

/** Number of rows read at once. Each requires a few statements. */
const atOnce = 100;

/**
 * Publications of full files: all due Deliveries of a Target, settled together. A file has as many rows as there are people, so each step
 * works in batches, each a unit, and its last batch stores or clears the publication's name at the Target. After a crash before that,
 * Deliveries bound to a publication without a stored name are queued again, and Deliveries that were not settled still belong to the same
 * file, which is written again.
 */
export class Publications {
  readonly #rows: OutboundRows;
  readonly #unitSize: UnitSize;
  readonly #due: Statement<[string, number, number, number], number>;
  readonly #bind: Statement<[string, number]>;
  readonly #count: Statement<[string, string, number, number], { readonly count: number; readonly last: number | null }>;
  readonly #bound: Statement<[string, string, number], BoundRow>;
  readonly #nameless: Statement<{ target: string | null; limit: number }, number>;
  readonly #unbind: Statement<[number]>;
  readonly #requeue: Statement<[string, number, number]>;
  readonly #done: Statement<[number, number, string, number, number]>;

  constructor(db: Database, rows: OutboundRows, unitSize: UnitSize) {
    this.#rows = rows;
    this.#unitSize = unitSize;
    this.#due = prepare<[string, number, number, number], number>(
      db,
      "select id from deliveries where target = +? and state = 'queued' and id > +? and not_before <= +? order by id limit +?",
    ).pluck();
    this.#bind = prepare(db, "update deliveries set state = 'sending', publication = +? where id = +?");
    const sending = "deliveries indexed by deliveries_sending where target = +? and state = 'sending' and publication = +?";
    this.#count = prepare(
      db,
      `select count(*) as count, max(id) as last from (select id from ${sending} and id > +? order by id limit +?)`,
    );
    this.#bound = prepare(db, `select id, subject_id, subject_kind, action, key, match_keys, rows from ${sending} order by id limit +?`);
    this.#nameless = prepare<{ target: string | null; limit: number }, number>(
      db,
      `select id from deliveries indexed by deliveries_sending where state = 'sending' and publication is not null
         and (+@target is null or target = +@target)
         and publication is not (select targets.publication from targets where targets.name = deliveries.target) limit +@limit`,
    ).pluck();
    this.#unbind = prepare(db, "update deliveries set state = 'queued', publication = null where id = +?");
    this.#requeue = prepare(db, "update deliveries set state = 'queued', publication = null, answer = +?, not_before = +? where id = +?");
    this.#done = prepare(
      db,
      "update deliveries set state = 'done', settled_at = +?, answered_at = +?, answer = +?, took_active = +? where id = +?",
    );
  }

  /**
   * Binds a batch of due Deliveries to a publication. `before` is the number bound by previous batches, `last` the last of them. The last
   * batch stores the publication at the Target, even without Deliveries if the file must be written again. If the publication is already
   * stored, binds nothing and counts the bound Deliveries.
   */
  begin(target: TargetName, publication: string, now: Date, before: number, last: number): PublicationPortion & { readonly last: number } {
    const { publication: present, resend } = this.#rows.targets.get(target) ?? {};
    if (present !== undefined && present !== publication) throw new Error(`Internal error: ${target} is already publishing ${present}`);
    if (present !== undefined) return this.#countBound(target, publication, last);
    const hasRoom = this.#unitSize.begin();
    const due = this.#due.all(target, last, now.getTime(), atOnce);
    let count = 0;
    for (const id of due) {
      this.#bind.run(publication, id);
      count += 1;
      if (!hasRoom()) break;
    }
    const more = count < due.length || due.length === atOnce;
    if (!more && (before + count > 0 || resend === 'file')) this.#rows.targets.setPublication(target, publication);
    return { count, more, last: due[count - 1] ?? last };
  }

  /** Settles a batch of the publication's Deliveries as done, and writes their Shadows. */
  finish(target: TargetName, publication: string, answer: string, now: Date): PublicationPortion {
    const { rechecks, blocks, targets, keys } = this.#rows;
    const portion = this.#eachBound(target, publication, (row) => {
      const subject = toSubject(row);
      const tookActive = this.#rows.writeShadow({ id: row.id, target, subject }, toShadowWrite(row), now);
      keys.clear(target, subject, 'open');
      this.#done.run(now.getTime(), now.getTime(), answer, Number(tookActive), row.id);
      rechecks.add(target, { subject, at: now, cause: 'settled' });
      blocks.free(target, subject, now);
    });
    if (!portion.more) targets.handedOver(target);
    return portion;
  }

  /**
   * Queues the publication's Deliveries again and rechecks their Subjects, because Changes that arrived while they were *sending* were not
   * planned.
   */
  abandon(target: TargetName, publication: string, answer: string, notBefore: Date): PublicationPortion {
    const { rechecks } = this.#rows;
    return this.#eachBound(target, publication, (row) => {
      this.#requeue.run(answer, notBefore.getTime(), row.id);
      rechecks.add(target, { subject: toSubject(row), at: notBefore, cause: 'settled' });
    });
  }

  /**
   * Queues a batch of Deliveries that are bound to a publication whose name was never stored, of one Target or of all. No publication may
   * be binding at the same time.
   */
  unbind(target: TargetName | undefined): PublicationPortion {
    const ids = this.#nameless.all({ target: target ?? null, limit: atOnce });
    ids.forEach((id) => this.#unbind.run(id));
    return { count: ids.length, more: ids.length === atOnce };
  }

  /** Processes a batch of Deliveries that leave a publication, and clears its name at the Target with the last batch. */
  #eachBound(target: TargetName, publication: string, act: (row: BoundRow) => void): PublicationPortion {
    const hasRoom = this.#unitSize.begin();
    const rows = this.#bound.all(target, publication, atOnce);
    let count = 0;
    for (const row of rows) {
      act(row);
      count += 1;
      if (!hasRoom()) break;
    }
    const more = count < rows.length || rows.length === atOnce;
    if (!more) this.#rows.targets.setPublication(target, undefined);
    return { count, more };
  }

  #countBound(target: TargetName, publication: string, after: number): PublicationPortion & { readonly last: number } {
    const { count, last } = this.#count.get(target, publication, after, atOnce) ?? { count: 0, last: null };
    return { count, more: count === atOnce, last: last ?? after };
  }
}

function toShadowWrite({ action, key, match_keys: keys, rows }: BoundRow): ShadowWrite | 'forget' {
  const carriedOut = { action, rows: JSON.parse(rows) as readonly OutboundRecord[], ...valueAt('key', key) };
  return shadowAfter(carriedOut, JSON.parse(keys ?? '[]') as readonly MatchKey[]);
}
