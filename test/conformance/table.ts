import type { ProvenRow } from './prove.ts';

/** What `docs/scim.md` begins with; written by hand. `{counts}` is replaced. */
const head = `# SCIM: what is demanded, and what we do

For the person who connects an identity provider, and for whoever has to judge whether this server may be trusted with one. It goes through
RFC 7643 (the data), RFC 7644 (the protocol) and RFC 9865 (paging by cursor) sentence by sentence, as far as they speak of a server.

**How to read it.** _Section_ says where the RFC asks, _level_ how firmly (SHALL counts as MUST, RECOMMENDED as SHOULD, OPTIONAL as MAY),
_requirement_ what, in our words. _Result_ is one of three:

- **holds**: we do it, and a test proves it.
- **differs**: we do otherwise on purpose; what and why is said, and a test pins it. Most of these are what Microsoft Entra ID needs.
- **not offered**: we do not have it; a test pins the honest answer.

**How it is made.** Each row is a test that talks to a real server through a real socket; the heading links to the file, and the test's title is
section, level and requirement of the row. \`npm run conformance\` runs them and writes this page. It writes nothing when one of them fails or
was left out, and \`npm test\` runs them all and compares the rows: a row cannot stay when its test does not hold.

A _Tenant URL_ that ends in \`/scim/v2\` works as well: \`/scim/v2/Users\` is \`/scim/Users\`. Answers name the short form.

{counts}
`;

/** The whole page. Rows in the order they are to stand in; the rows of a chapter follow each other. */
export function renderTable(rows: readonly ProvenRow[]): string {
  const files = [...new Set(rows.map(({ file }) => file))];
  const chapters = files.map((file) => rows.filter((row) => row.file === file));
  const contents = chapters.map((of) => `[${of[0]?.title}](#${toFragment(of[0]?.title ?? '')})`).join(' · ');
  return [
    head.replace('{counts}', countStances(rows)),
    `Contents: ${contents}\n`,
    renderExceptions(rows),
    ...chapters.map(renderChapter),
  ].join('\n');
}

function countStances(rows: readonly ProvenRow[]): string {
  const count = (is: ProvenRow['stance']['is']) => rows.filter(({ stance }) => stance.is === is).length;
  return `${rows.length} requirements: ${count('holds')} hold, ${count('differs')} differ on purpose, ${count('not offered')} are not offered.`;
}

/** Every row that does not simply hold, in one list: what most readers come for. */
function renderExceptions(rows: readonly ProvenRow[]): string {
  const list = (is: 'differs' | 'not offered') =>
    rows.flatMap(({ section, text, title, stance }) =>
      stance.is === is ? [`- [${section}](#${toFragment(title)}), ${text}: **${stance.instead}**`] : [],
    );
  const differs = ['Done otherwise; behind the colon what we do, and why:', '', ...list('differs'), ''];
  const missing = ['Not offered; behind the colon what a client gets:', '', ...list('not offered'), ''];
  return ['## What differs, and what is not offered', '', ...differs, ...missing].join('\n');
}

function renderChapter(rows: readonly ProvenRow[]): string {
  const { title, file } = rows[0] as ProvenRow;
  const path = `test/conformance/chapters/${file}.ts`;
  const lines = rows.map(({ section, level, text, stance }) => `| ${section} | ${level} | ${escapeCell(text)} | ${renderResult(stance)} |`);
  const table = ['| Section | Level | Requirement | Result |', '| --- | --- | --- | --- |', ...lines].join('\n');
  return `## ${title}\n\nTests: [${path}](../${path})\n\n${table}\n`;
}

function renderResult(stance: ProvenRow['stance']): string {
  return stance.is === 'holds' ? 'holds' : `**${stance.is}**: ${escapeCell(stance.instead)}`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function toFragment(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
