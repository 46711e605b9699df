// Table rows of Targets and of the journal.
import type { Database, Statement } from 'better-sqlite3';
import { findShapeFault } from '../../../domain/check-definition-shape.ts';
import type { TargetName } from '../../../domain/ids.ts';
import type { Target, TargetDefinition, TargetState } from '../../../domain/target.ts';
import type { JournalEntry, Targets } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { dateAt, toMs, valueAt } from '../column-values.ts';
import { prepare } from '../prepare.ts';

interface TargetRow {
  readonly name: string;
  readonly state: TargetState;
  readonly by: string;
  readonly at: number;
  readonly why: string;
  readonly before: TargetState | null;
  readonly definition: string | null;
  readonly definition_hash: string | null;
  readonly applied_at: number | null;
  readonly applied_by: string | null;
  readonly live_when_quiet: number;
  readonly replace_all: number;
  readonly without: number;
  readonly cursor: number;
  readonly planned_hash: string | null;
  readonly down_until: number | null;
  readonly failures: number;
  readonly trouble: string;
  readonly publication: string | null;
  readonly reconciled_at: number | null;
  readonly succeeded_at: number | null;
  readonly resend: 'people' | 'file' | null;
  readonly forgetting: number;
  readonly folder_from: string | null;
  readonly restored: string | null;
}

interface JournalRow {
  readonly at: number;
  readonly by: string;
  readonly what: string;
  readonly detail: string;
}

/** Statements over `targets` and `journal`, used within units. */
export class TargetRows {
  readonly #list: Statement<[], TargetRow>;
  readonly #get: Statement<[string], TargetRow>;
  readonly #put: Statement<unknown[]>;
  readonly #moveCursor: Statement<{ cursor: number | null; hash: string | null; at: number | null; name: string }>;
  readonly #publication: Statement<[string | null, string]>;
  readonly #handedOver: Statement<[string]>;
  readonly #restart: Statement<[string]>;
  readonly #remove: Statement<[string]>;
  readonly #note: Statement<[string, number, string, string, string]>;
  readonly #journal: Statement<[string, number], JournalRow>;
  readonly #pruneJournal: Statement<[number, number]>;

  constructor(db: Database) {
    this.#list = prepare(db, 'select * from targets order by name');
    this.#get = prepare(db, 'select * from targets where name = +?');
    this.#put = prepare(
      db,
      `
      insert or replace into targets (name, state, by, at, why, before, definition, definition_hash, applied_at, applied_by,
        live_when_quiet, replace_all, without, cursor, planned_hash, down_until, failures, trouble, publication, reconciled_at, succeeded_at,
        resend, forgetting, folder_from, restored)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#moveCursor = prepare(
      db,
      `
      update targets set cursor = coalesce(+@cursor, cursor), planned_hash = coalesce(+@hash, planned_hash),
        restored = iif(+@hash is null, restored, null), reconciled_at = coalesce(+@at, reconciled_at)
      where name = +@name`,
    );
    this.#publication = prepare(db, 'update targets set publication = +? where name = +?');
    this.#handedOver = prepare(db, "update targets set resend = null where name = +? and resend = 'file'");
    this.#remove = prepare(db, 'delete from targets where name = +?');
    this.#restart = prepare(
      db,
      'update targets set cursor = 0, planned_hash = null, publication = null, reconciled_at = null where name = +?',
    );
    this.#note = prepare(db, 'insert into journal (target, at, by, what, detail) values (?, ?, ?, ?, ?)');
    this.#pruneJournal = prepare(db, 'delete from journal where at < +? and id in (select id from journal order by id limit +?)');
    this.#journal = prepare(db, 'select at, by, what, detail from journal where target = +? order by id desc limit +?');
  }

  list(): readonly Target[] {
    return this.#list.all().map(toTarget);
  }

  get(name: TargetName): Target | undefined {
    const row = this.#get.get(name);
    return row === undefined ? undefined : toTarget(row);
  }

  put(target: Target): void {
    this.#put.run(
      target.name,
      target.state,
      target.by,
      target.at.getTime(),
      target.why,
      target.before ?? null,
      target.definition === undefined ? (target.unreadable?.text ?? null) : JSON.stringify(target.definition),
      target.definitionHash ?? null,
      toMs(target.appliedAt),
      target.appliedBy ?? null,
      Number(target.liveWhenQuiet),
      Number(target.replaceAll),
      target.without,
      target.cursor,
      target.plannedHash ?? null,
      toMs(target.downUntil),
      target.failures,
      target.trouble,
      target.publication ?? null,
      toMs(target.reconciledAt),
      toMs(target.succeededAt),
      target.resend ?? null,
      Number(target.forgetting === true),
      target.folderFrom ?? null,
      target.restored ?? null,
    );
  }

  /** Writes the columns that a released Run changes; undefined means unchanged. `plannedHash` is set if everyone was planned. */
  moveCursor(name: TargetName, to: { cursor?: number; plannedHash?: string; reconciledAt?: Date }): void {
    this.#moveCursor.run({ cursor: to.cursor ?? null, hash: to.plannedHash ?? null, at: toMs(to.reconciledAt), name });
  }

  setPublication(name: TargetName, publication: string | undefined): void {
    this.#publication.run(publication ?? null, name);
  }

  /** Records that the Target's file was delivered, also if an operator requested it again. */
  handedOver(name: TargetName): void {
    this.#handedOver.run(name);
  }

  remove(name: TargetName): void {
    this.#remove.run(name);
  }

  /** Resets the Target as if nothing had been planned for it yet. */
  restart(name: TargetName): void {
    this.#restart.run(name);
  }

  note(target: TargetName, { at, by, what, detail }: JournalEntry): void {
    this.#note.run(target, at.getTime(), by, what, detail);
  }

  /** Deletes the oldest journal entries written before this time. @returns the number of entries. */
  pruneJournal(before: Date, limit: number): number {
    return this.#pruneJournal.run(before.getTime(), limit).changes;
  }

  journal(target: TargetName, limit: number): readonly JournalEntry[] {
    return this.#journal.all(target, limit).map((row) => ({ ...row, at: new Date(row.at) }));
  }
}

/** Reads the stored Targets. */
export class SqliteTargets implements Targets {
  readonly #access: DatabaseAccess;
  readonly #rows: TargetRows;

  constructor(access: DatabaseAccess, rows: TargetRows) {
    this.#access = access;
    this.#rows = rows;
  }

  list(): Promise<readonly Target[]> {
    return this.#access.read(() => this.#rows.list());
  }

  get(name: TargetName): Promise<Target | undefined> {
    return this.#access.read(() => this.#rows.get(name));
  }

  journal(target: TargetName, limit: number): Promise<readonly JournalEntry[]> {
    return this.#access.read(() => this.#rows.journal(target, limit));
  }
}

function toTarget(row: TargetRow): Target {
  return {
    name: row.name,
    state: row.state,
    by: row.by,
    at: new Date(row.at),
    why: row.why,
    ...valueAt('before', row.before),
    ...(row.definition !== null && readDefinition(row.definition, row.name)),
    ...valueAt('definitionHash', row.definition_hash),
    ...dateAt('appliedAt', row.applied_at),
    ...valueAt('appliedBy', row.applied_by),
    liveWhenQuiet: row.live_when_quiet === 1,
    replaceAll: row.replace_all === 1,
    without: row.without,
    cursor: row.cursor,
    ...valueAt('plannedHash', row.planned_hash),
    ...dateAt('downUntil', row.down_until),
    failures: row.failures,
    trouble: row.trouble,
    ...valueAt('publication', row.publication),
    ...dateAt('reconciledAt', row.reconciled_at),
    ...dateAt('succeededAt', row.succeeded_at),
    ...valueAt('resend', row.resend),
    ...(row.forgetting === 1 && { forgetting: true }),
    ...valueAt('folderFrom', row.folder_from),
    ...valueAt('restored', row.restored),
  };
}

/** A definition that cannot be read (written by another release, or edited manually) must not affect the other Targets. */
function readDefinition(text: string, name: TargetName): Pick<Target, 'definition' | 'unreadable'> {
  try {
    const definition: unknown = JSON.parse(text);
    const why = findShapeFault(definition, name);
    return why === undefined ? { definition: definition as TargetDefinition } : { unreadable: { text, why } };
  } catch (error) {
    return { unreadable: { text, why: error instanceof SyntaxError ? 'it is not JSON' : 'it is nested too deeply' } };
  }
}
