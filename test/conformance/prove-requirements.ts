import { describe, it } from 'vitest';
import { startScimServer } from '../http/support/scim-server.ts';
import { books, chapters } from './chapter-groups.ts';
import type { Requirement, Row } from './requirement.ts';
import { Scim } from './scim.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The row of `docs/scim.md` that a test proves, with its chapter; also written to vitest's JSON report. */
    requirement?: ProvenRow;
  }
}

/** A row and its position. */
export interface ProvenRow extends Row {
  /** Title of the chapter, as in `Chapter`. */
  readonly title: string;
  readonly file: string;
  /** Position on the page, from 0. */
  readonly place: number;
}

/** Every row of the page, in order, with its requirement. */
const all = chapters
  .flatMap(({ title, file, requirements }) => requirements.map((requirement) => ({ title, file, requirement })))
  .map(({ title, file, requirement }, place) => ({ requirement, row: { title, file, place, ...toRow(requirement) } satisfies ProvenRow }));

/** The rows that the page must have. */
export const rows: readonly ProvenRow[] = all.map(({ row }) => row);

/** Creates a test for each requirement of a book, with a separate server on a real socket. No requirement can be omitted. */
export function proveBook(book: keyof typeof books): void {
  for (const { title, requirements } of books[book]) {
    describe(title, () => {
      for (const { requirement, row } of all) {
        if (!requirements.includes(requirement)) continue;
        it(nameRow(row), { meta: { requirement: row } }, async () => {
          await requirement.prove(new Scim(await startScimServer(requirement.options)));
        });
      }
    });
  }
}

function toRow({ section, level, text, stance }: Requirement): Row {
  return { section, level, text, stance };
}

function nameRow({ section, level, text }: Row): string {
  return `${section} ${level}: ${text}`;
}
