// Reads records page by page, for a look-up or a list.
import { TargetUnavailable } from '../../../domain/errors.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import { assertAnswered } from '../http-outcome.ts';
import type { Reply } from '../http-reply.ts';
import type { HttpRequest } from '../http-client.ts';
import type { Item, LookUp } from './calls.ts';
import type { Inserts } from './template.ts';

/** Max number of pages, so that a product that never reports a last page cannot block the Target. */
const maxPages = 100_000;

/** Sends one read request. @throws the failure of the Target if there is no reply. */
export type Ask = (request: HttpRequest, signal: AbortSignal) => Promise<Reply>;

/** How replies are interpreted. */
export interface LookUpRules {
  readonly now: () => Date;
  /** True if the reply means that there is no match. */
  readonly meansNone: (reply: Reply) => boolean;
}

/**
 * Requests page by page and yields the records of each reply. Ends only after a reply that the Connector recognizes as the last page.
 * @throws {TargetUnavailable | TargetRefused} if a reply is missing or invalid, or if a page repeats.
 */
export async function* eachPage(
  look: LookUp,
  inserts: Inserts,
  ask: Ask,
  rules: LookUpRules,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[], void, undefined> {
  let before = '';
  for (let index = 0; index < maxPages; index++) {
    const page = look.pages === undefined ? {} : { page: look.pages.from + index * look.pages.step };
    const reply = await ask(look.toRequest({ ...inserts, ...page }), signal);
    if (rules.meansNone(reply)) return;
    assertAnswered(reply, rules.now());
    const items = look.readItems(reply);
    if (items === undefined)
      throw unreadable(look, 'does not contain the list that the expression in items should return', 'Correct items in the connector.');
    yield items;
    if (look.pages === undefined) return;
    const last = look.pages.isLast(reply);
    if (last === undefined) throw unreadable(look, 'does not say whether it is the last page', 'Check pages.until.');
    if (last) return;
    // A server that ignores the page number always returns the first page.
    const content = JSON.stringify(items);
    if (content === before) throw unreadable(look, 'repeats the previous page', 'Check {page} and pages.until.');
    before = content;
  }
  throw unreadable(look, `has more than ${maxPages} pages`, 'Check pages.until.');
}

/**
 * Ensures that at least one found record has the match fields. If all records lack them, no record could match, and the next create would
 * duplicate a record.
 * @throws {TargetUnavailable} if there are records, but none has the fields of any alternative of `match`.
 */
export function assertComparable(look: LookUp, items: readonly Item[], match: readonly (readonly string[])[]): void {
  if (items.length === 0 || items.some((item) => toMatchKeys(match, item.record).length > 0)) return;
  const names = match.map((fields) => fields.join(' + ')).join(' or ');
  throw unreadable(look, `contains records, but none with ${names}`, 'Set expressions for these fields under find.fields.');
}

function unreadable(look: LookUp, fact: string, hint: string): TargetUnavailable {
  return new TargetUnavailable(`the response to GET ${look.template.text} ${fact}`, { hint });
}
