// Reads the rows of a full file in pages.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectId, TargetName } from '../../../domain/ids.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { FileRow } from '../../outbound-reads.ts';
import { prepare } from '../prepare.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

interface FileColumns extends SubjectColumns {
  readonly rows: string;
  readonly active: number;
}

interface Page {
  readonly target: string;
  readonly publication: string;
  readonly last: string;
  readonly limit: number;
}

/** Sorts after every id. */
const end = '\uffff';

/** Reads the rows of a file that is about to be published. */
export class FileRows {
  readonly #held: Statement<Page, FileColumns>;
  readonly #joining: Statement<Page & { readonly until: string }, FileColumns>;

  constructor(db: Database) {
    this.#held = prepare(db, heldSql);
    this.#joining = prepare(db, joiningSql);
  }

  /** A page of rows, sorted by Subject, after `last`. */
  page(target: TargetName, publication: string, last: SubjectId | undefined, limit: number): readonly FileRow[] {
    const page = { target, publication, last: last ?? '', limit };
    const held = this.#held.all(page);
    // New records are searched only up to the end of this page: a search beyond it would read the rows of changed people there, again for
    // each page.
    const until = held.length === limit ? (held.at(-1)?.subject_id ?? end) : end;
    const joining = this.#joining.all({ ...page, until });
    return merge(held, joining).slice(0, limit).map(toFileRow);
  }
}

/** The row of every Shadow, as it will be after its Delivery of this publication. */
const heldSql = `
  select shadows.subject_id, shadows.subject_kind, coalesce(deliveries.rows, shadows.sent) as rows,
    case deliveries.action when 'update' then 1 when 'create' then 1 when 'deactivate' then 0 else shadows.active end as active
  from shadows left join deliveries indexed by deliveries_publication
    on deliveries.target = +@target and deliveries.publication = +@publication and deliveries.state = 'sending'
    and deliveries.subject_id = shadows.subject_id and deliveries.subject_kind = shadows.subject_kind
  where shadows.target = +@target and shadows.subject_id > +@last and deliveries.action is not 'delete'
  order by shadows.subject_id, shadows.subject_kind limit +@limit`;

/** The rows of records that are new with this publication. */
const joiningSql = `
  select subject_id, subject_kind, rows, 1 as active from deliveries indexed by deliveries_publication
  where target = +@target and publication = +@publication and state = 'sending' and action in ('create', 'update')
    and subject_id > +@last and subject_id <= +@until
    and not exists (select 1 from shadows where shadows.target = deliveries.target
      and shadows.subject_id = deliveries.subject_id and shadows.subject_kind = deliveries.subject_kind)
  order by subject_id, subject_kind limit +@limit`;

/** Merges two sorted lists. No Subject is in both. */
function merge(held: readonly FileColumns[], joining: readonly FileColumns[]): readonly FileColumns[] {
  if (joining.length === 0) return held;
  return [...held, ...joining].sort((a, b) => compare(a.subject_id, b.subject_id) || compare(a.subject_kind, b.subject_kind));
}

/** Compares in the sort order of the database. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function toFileRow(row: FileColumns): FileRow {
  return { subject: toSubject(row), rows: JSON.parse(row.rows) as readonly OutboundRecord[], active: row.active === 1 };
}
