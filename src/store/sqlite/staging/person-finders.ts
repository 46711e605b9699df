// Finds people by indexed attributes.
import type { Database, Statement } from 'better-sqlite3';
import type { SourceId } from '../../../domain/ids.ts';
import { prepare } from '../prepare.ts';

/** Row numbers of a Source's rows with this value, in order of arrival, after the given number, up to a limit. */
type Finder = Statement<[source: string, value: string, after: number, limit: number], number>;

/** Look-ups of people by indexed attributes. */
export interface PersonFinders {
  readonly byId: Finder;
  readonly byUserKey: Finder;
  readonly byExternalId: Finder;
  readonly byEmail: Finder;
  readonly byWorkEmail: Finder;
  readonly byDisplayKey: Finder;
  /** By the reference that the Source sent, or the id to which it resolves. */
  readonly byManager: (source: SourceId, reference: string, after: number, limit: number) => readonly number[];
}

/** Prepares the look-ups. */
export function preparePersonFinders(db: Database): PersonFinders {
  const find = (sql: string): Finder => prepare<[string, string, number, number], number>(db, sql).pluck();
  const inPersons = (condition: string) => find(`select n from persons where source = +? and ${condition} and n > +? order by n limit +?`);
  const byManager = prepare<[string, string, number, string, string, number, number], number>(
    db,
    `select n from persons indexed by persons_manager where manager = +? and source = +? and n > +?
     union
     select n from persons indexed by persons_manager_ref where source = +? and manager_ref = +? and manager_ref is not manager and n > +?
     order by 1 limit +?`,
  ).pluck();
  return {
    byId: inPersons('id = +?'),
    byUserKey: inPersons('user_key = +?'),
    byExternalId: inPersons('external_id = +?'),
    byEmail: find('select person from emails where source = +? and email_key = +? and person > +? order by person limit +?'),
    byWorkEmail: find(
      'select person from emails where source = +? and email_key = +? and work = 1 and person > +? order by person limit +?',
    ),
    byDisplayKey: inPersons('display_key = +?'),
    byManager: (source, reference, after, limit) => byManager.all(reference, source, after, source, reference, after, limit),
  };
}
