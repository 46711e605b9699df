import type { ProvenRow } from './prove-requirements.ts';

/** The beginning of `docs/scim.md`, written by hand. `{counts}` is replaced. */
const head = `# SCIM: requirements and conformance

This page is for administrators who connect an identity provider, and for reviewers of this server. It lists the requirements of RFC 7643
(data), RFC 7644 (protocol) and RFC 9865 (paging by cursor) that apply to a server.

**How to read it.** _Section_ is the section of the RFC. _Level_ is MUST, SHOULD or MAY (SHALL counts as MUST, RECOMMENDED as SHOULD, OPTIONAL as
MAY). _Requirement_ is the sentence of the RFC in other words. _Result_ has one of these values:

- **met**: the server meets the requirement, and a test proves it.
- **differs**: the server deliberately behaves differently. The row says how and why, and a test checks it. Most of these rows are needed for
  [Microsoft Entra ID](entra-facts.md).
- **not supported**: the server does not have the feature. The row says what a client gets instead, and a test checks it.

**How it is made.** Each row is proven by a test that sends requests to a running server. The link above each table leads to the
file with the tests; the title of a test consists of the section, level and requirement of its row. \`npm run conformance\` runs the
tests and writes this page. If a test fails or is skipped, the page is not changed. \`npm test\` also runs the tests, and compares their
rows with this page.

A _Tenant URL_ that ends in \`/scim/v2\` also works: \`/scim/v2/Users\` is the same as \`/scim/Users\`. The URIs in responses have the
short form.

{counts}
`;

/** The whole page. The rows must be in the order of the page, with the rows of a chapter together. */
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
  return `${rows.length} requirements: ${count('holds')} met, ${count('differs')} different on purpose, ${count('not offered')} not supported.`;
}

/** Lists all rows that are not met in one place, because most readers look for these. */
function renderExceptions(rows: readonly ProvenRow[]): string {
  const list = (is: 'differs' | 'not offered') =>
    rows.flatMap(({ section, text, title, stance }) =>
      stance.is === is ? [`- [${section}](#${toFragment(title)}), ${text}: **${stance.instead}**`] : [],
    );
  const differs = ['Different on purpose (the requirement, then what the server does and why):', '', ...list('differs'), ''];
  const missing = ['Not supported (the feature, then what a client gets instead):', '', ...list('not offered'), ''];
  return ['## What differs, and what is not supported', '', ...differs, ...missing].join('\n');
}

function renderChapter(rows: readonly ProvenRow[]): string {
  const { title, file } = rows[0] as ProvenRow;
  const path = `test/conformance/chapters/${file}.ts`;
  const lines = rows.map(({ section, level, text, stance }) => `| ${section} | ${level} | ${escapeCell(text)} | ${renderResult(stance)} |`);
  const table = ['| Section | Level | Requirement | Result |', '| --- | --- | --- | --- |', ...lines].join('\n');
  return `## ${title}\n\nTests: [${path}](../${path})\n\n${table}\n`;
}

function renderResult(stance: ProvenRow['stance']): string {
  return stance.is === 'holds' ? 'met' : `**${stance.is === 'differs' ? 'differs' : 'not supported'}**: ${escapeCell(stance.instead)}`;
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
