import { withoutComments, withoutTexts, type TextFile } from './source-files.ts';

/** Names that say nothing of what a file holds. */
const emptyNames = /^(utils?|helpers?|common|misc|shared|stuff|types2)\.ts$/;

/** True when a file's name says nothing. */
export function hasEmptyName({ path }: TextFile): boolean {
  return emptyNames.test(path.split('/').at(-1) ?? '');
}

/** Words with "host" that speak of networks wherever they stand. */
const networkWords = /^(?:hostKey\w*|requireHostHeader|HOST:PORT)$/;

/** Files that talk to networks, where `host` alone is an address or a header. */
const networkFiles =
  /^src\/(?:http|inbound|outbound\/admin|outbound\/drivers|config|daemon)\/|^src\/(?:admin\/call-daemon|app|cli\/start)\.ts$/;

/** Texts of other people that we quote: products' and groups' own names, and addresses. */
const quotations = /Visitor Hosts|VMS Hosts|hosts\.contoso\.com|https?:\/\/\S+|host:port|HOST:PORT/g;

/** Words in code and texts (not in comments) that call a person a host, each once, in the order found. */
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

/** Names of exports without a docstring right above them. Re-exports have theirs where they are written. */
export function findBareExports({ text }: TextFile): readonly string[] {
  const lines = text.split('\n');
  const shape = withoutTexts(text).split('\n');
  const found = new Map<string, boolean>();
  for (const [index, line] of lines.entries()) {
    const match = exported.exec(line);
    // A line of a template that looks like an export is empty in `shape`.
    if (match === null || !shape[index]?.startsWith('export')) continue;
    const name = match.groups?.['name'] ?? 'default';
    // Overloads share the docstring of the first.
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

/** Places that get the message of whatever was thrown in a way of their own: `messageOf` of `domain/errors.ts` is the one for all. */
export function findErrorMessages({ path, text }: TextFile): readonly string[] {
  if (path === 'src/domain/errors.ts') return [];
  return [...text.matchAll(/(?<name>\w+) instanceof Error\s*\?\s*\k<name>\.message|\bString\((?:error|cause|reason)\)/g)].map(
    ([place]) => place,
  );
}

const topLevel = /^(?:import|export|const|function|async function|class|abstract class|type|interface|declare|[ /*)}\]|&?:.`]|$)/;

/** Statements at the top of a file that do something when it is imported: their lines, as `number: text`. */
export function findSideEffects({ text }: TextFile): readonly string[] {
  return withoutTexts(text)
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => !topLevel.test(line) || isReached(line))
    .map(({ number }) => `${number}: ${text.split('\n')[number - 1] ?? ''}`);
}

/** A constant that reads the world (time, chance, environment, files) or waits while the file is imported. A function may. */
function isReached(line: string): boolean {
  const value = /^(?:export )?const [^=]+ = (?<value>.*)$/.exec(line)?.groups?.['value'];
  if (value === undefined || value.includes('=>') || value.startsWith('function')) return false;
  return /\b(?:await|process\.(?!platform)|Date\.now|Math\.random|performance\.|new Date\(\)|randomUUID|read\w*Sync|createServer|set(?:Interval|Timeout))/.test(
    value,
  );
}
