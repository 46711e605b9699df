import { withoutComments, withoutTexts, type TextFile } from './source-files.ts';

/** File names that do not describe the content. */
const emptyNames = /^(utils?|helpers?|common|misc|shared|stuff|types2)\.ts$/;

/** True if a file's name does not describe its content. */
export function hasEmptyName({ path }: TextFile): boolean {
  return emptyNames.test(path.split('/').at(-1) ?? '');
}

/** Words with "host" that always refer to networks. */
const networkWords = /^(?:hostKey\w*|requireHostHeader|HOST:PORT)$/;

/** Files about networks, in which `host` is an address or a header. */
const networkFiles =
  /^src\/(?:http|inbound|outbound\/admin|outbound\/drivers|config|daemon)\/|^src\/(?:admin\/call-daemon|app|cli\/start)\.ts$/;

/** Quoted names of products and groups, and addresses. */
const quotations = /Visitor Hosts|VMS Hosts|hosts\.contoso\.com|https?:\/\/\S+|host:port|HOST:PORT/g;

/** Words in code and strings (not in comments) that call a person a host, each once, in order of first appearance. */
export function findHostWords({ path, text }: TextFile): readonly string[] {
  const words =
    withoutComments(text)
      .replaceAll(quotations, '')
      .match(/\w*host\w*/gi) ?? [];
  const network = (word: string) => networkWords.test(word) || (/^hosts?$/i.test(word) && networkFiles.test(path));
  return [...new Set(words)].filter((word) => hasPartHost(word) && !network(word));
}

/** True for `host`, `newHosts`, `HostRecord`, `HOST_ID`; not for `hostname`, `localhost`, `ghost` or `whoStays`. */
function hasPartHost(word: string): boolean {
  const parts = word.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  return parts.some((part) => /^hosts?$/i.test(part));
}

const exported =
  /^export (?:default )?(?:declare )?(?:async |abstract )?(?:function\*?|const|let|class|interface|type) (?<name>\w+)|^export default/;

/** Names of exports without a docstring directly above them. Re-exports have it at their definition. */
export function findBareExports({ text }: TextFile): readonly string[] {
  const lines = text.split('\n');
  const shape = withoutTexts(text).split('\n');
  const found = new Map<string, boolean>();
  for (const [index, line] of lines.entries()) {
    const match = exported.exec(line);
    // A line within a template that looks like an export is empty in `shape`.
    if (match === null || !shape[index]?.startsWith('export')) continue;
    const name = match.groups?.['name'] ?? 'default';
    // Overloads share the docstring of the first one.
    found.set(name, (found.get(name) ?? false) || isDocumented(lines, index));
  }
  return [...found].filter(([, documented]) => !documented).map(([name]) => name);
}

function isDocumented(lines: readonly string[], index: number): boolean {
  const above = lines[index - 1]?.trim() ?? '';
  return (
    above.endsWith('*/') &&
    lines
      .slice(0, index)
      .findLast((line) => line.trim().startsWith('/*'))
      ?.trim()
      .startsWith('/**') === true
  );
}

/** Places that read the message of a thrown value without `messageOf` of `domain/errors.ts`. */
export function findErrorMessages({ path, text }: TextFile): readonly string[] {
  if (path === 'src/domain/errors.ts') return [];
  return [...text.matchAll(/(?<name>\w+) instanceof Error\s*\?\s*\k<name>\.message|\bString\((?:error|cause|reason)\)/g)].map(
    ([place]) => place,
  );
}

const topLevel = /^(?:import|export|const|function|async function|class|abstract class|type|interface|declare|[ /*)}\]|&?:.`]|$)/;

/** Top-level statements with side effects on import: their lines, as `number: text`. */
export function findSideEffects({ text }: TextFile): readonly string[] {
  return withoutTexts(text)
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => !topLevel.test(line) || isReached(line))
    .map(({ number }) => `${number}: ${text.split('\n')[number - 1] ?? ''}`);
}

/** Matches a constant that reads time, randomness, environment or files, or awaits, during the import. Functions may do so. */
function isReached(line: string): boolean {
  const value = /^(?:export )?const [^=]+ = (?<value>.*)$/.exec(line)?.groups?.['value'];
  if (value === undefined || value.includes('=>') || value.startsWith('function')) return false;
  return /\b(?:await|process\.(?!platform)|Date\.now|Math\.random|performance\.|new Date\(\)|randomUUID|read\w*Sync|createServer|set(?:Interval|Timeout))/.test(
    value,
  );
}
