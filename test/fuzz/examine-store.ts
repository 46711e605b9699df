import Database from 'better-sqlite3';
import { isDeepEqual } from '../../src/scim/deep-equal.ts';
import { fold } from '../../src/scim/case-folding.ts';
import type { ScimGroup, ScimUser } from '../../src/scim/resource.ts';
import type { Schemas } from '../../src/scim/schema/compile-schemas.ts';
import { parseGroup, parseUser } from '../../src/scim/parse-resource.ts';
import { toPersonKeys } from '../../src/store/sqlite/staging/person-keys.ts';

interface PersonRow {
  readonly n: number;
  readonly id: string;
  readonly source: string;
  readonly active: number;
  readonly user_key: string;
  readonly external_id: string | null;
  readonly display: string | null;
  readonly display_key: string | null;
  readonly manager_ref: string | null;
  readonly document: string;
}

interface GroupRow {
  readonly id: string;
  readonly display: string;
  readonly display_key: string;
  readonly external_id: string | null;
  readonly document: string;
}

/** All stored data of one Source's people and Groups as text: equal texts mean equal data. */
export function readSource(file: string, source: string): string {
  return withDatabase(
    file,
    (db) =>
    JSON.stringify(['persons', 'emails', 'groups', 'memberships', 'changes'].map((table) => db.prepare(`select * from ${table} where source = ?`).all(source))), // prettier-ignore
  );
}

/**
 * Describes the faults of an idle store: a damaged file, documents that the server would not accept, keys that do not match their
 * documents.
 */
export function examineStore(file: string, schemas: Schemas): readonly string[] {
  return withDatabase(file, (db) => [
    ...examineFile(db),
    ...(db.prepare('select * from persons').all() as PersonRow[]).flatMap((row) => examinePerson(db, row, schemas)),
    ...(db.prepare('select * from groups where deleted_seq is null').all() as GroupRow[]).flatMap((row) => examineGroup(row, schemas)),
    ...examineCounts(db),
  ]);
}

function withDatabase<T>(file: string, use: (db: Database.Database) => T): T {
  const db = new Database(file, { readonly: true });
  try {
    return use(db);
  } finally {
    db.close();
  }
}

function examineFile(db: Database.Database): readonly string[] {
  const said = db.pragma('integrity_check') as { integrity_check: string }[];
  return said.map((line) => line.integrity_check).filter((line) => line !== 'ok');
}

function examinePerson(db: Database.Database, row: PersonRow, schemas: Schemas): readonly string[] {
  const document = readDocument(row.document, (value) => parseUser(value, schemas));
  if (typeof document === 'string') return [`User ${row.id}: ${document}`];
  const { emails, active, ...keys } = toPersonKeys(document as ScimUser);
  const kept = { userKey: row.user_key, externalId: row.external_id, display: row.display, displayKey: row.display_key, managerRef: row.manager_ref }; // prettier-ignore
  const rows = db.prepare('select email_key as key, work from emails where source = ? and person = ?').all(row.source, row.n);
  const expected = emails.map(({ key, work }) => JSON.stringify({ key, work: work ? 1 : 0 }));
  return [
    ...(isDeepEqual(keys, kept) && (row.active === 1) === active ? [] : [`User ${row.id}: its keys do not fit its document`]),
    ...(isDeepEqual(rows.map((one) => JSON.stringify(one)).toSorted(), expected.toSorted()) ? [] : [`User ${row.id}: its addresses are not indexed as they are`]), // prettier-ignore
  ];
}

function examineGroup(row: GroupRow, schemas: Schemas): readonly string[] {
  const document = readDocument(row.document, (value) => parseGroup(value, schemas).group);
  if (typeof document === 'string') return [`Group ${row.id}: ${document}`];
  const { displayName, externalId } = document as ScimGroup;
  const fits = row.display === displayName && row.display_key === fold(displayName) && row.external_id === (externalId ?? null);
  return fits ? [] : [`Group ${row.id}: its keys do not fit its document`];
}

/** The document, or its fault: it is not JSON, is not acceptable, or changes when it is parsed like a request. */
function readDocument(text: string, parse: (value: unknown) => object): object | string {
  try {
    const document = JSON.parse(text) as object;
    const again = parse(document);
    return isDeepEqual(again, document) ? document : `sent again it would be stored as ${JSON.stringify(again)} and not as ${text}`;
  } catch (error) {
    return String(error);
  }
}

function examineCounts(db: Database.Database): readonly string[] {
  const wrong = db
    .prepare(
      `select id from sources
       where people <> (select count(*) from persons where source = sources.id)
         or groups <> (select count(*) from groups as rows where rows.source = sources.id and deleted_seq is null)`,
    )
    .pluck()
    .all();
  return wrong.map((id) => `Source ${String(id)}: its people or Groups are counted wrong`);
}
