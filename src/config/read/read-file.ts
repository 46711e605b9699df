// Reads a YAML file and validates it with a schema.
import { basename, dirname } from 'node:path';
import type { z } from 'zod';
import { messageOf, type Problem } from '../../domain/errors.ts';
import { decodeText, type Decoded } from '../yaml/decode-text.ts';
import { findWrongKind, type FileKind } from './file-kinds.ts';
import type { Finding } from '../checks/finding.ts';
import { listMisspelt } from './list-entries.ts';
import type { Machine } from '../machine.ts';
import { parseRemainder, type Remainder } from './parse-remainder.ts';
import { describeIssues } from '../schemas/schema-problems.ts';
import { parseYaml, showPath, type Path, type YamlFile } from '../yaml/yaml-file.ts';

/** The result of reading a file. `value` exists only if there are no problems, positions exist if the file is valid YAML. */
export interface FileRead<Value> {
  readonly file: string;
  readonly yaml?: YamlFile;
  readonly value?: Value;
  /** The valid part of a file with problems, instead of `value`. Only for finding further problems. */
  readonly rest?: Remainder<Value>;
  readonly problems: readonly Problem[];
}

/**
 * Reads one file and validates it with a schema. Reports all problems together. An empty file counts as an empty set of keys. For a file of
 * another kind, this is the only problem.
 */
export function readYamlFile<Value>(file: string, kind: FileKind, schema: z.ZodType<Value>, machine: Machine): FileRead<Value> {
  const read = readText(file, machine);
  if (!('text' in read)) return { file, problems: [{ file, path: '', level: 'problem', ...read }] };
  const { yaml, problems } = parseYaml(file, read.text);
  if (yaml === undefined) return { file, problems };
  const wrong = findWrongKind(yaml.value, kind);
  if (wrong !== undefined) return { file, problems: [placeIn(yaml, { path: [], level: 'problem', ...wrong })] };
  const value = yaml.value ?? {};
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return { file, yaml, ...(problems.length === 0 ? { value: parsed.data } : { rest: { value: parsed.data, dropped: [] } }), problems };
  }
  if (yaml.value === null) return { file, problems: [...problems, placeIn(yaml, emptyFile(parsed.error))] };
  const rest = parseRemainder(schema, value);
  return {
    file,
    yaml,
    ...(rest !== undefined && { rest }),
    problems: [
      ...problems,
      ...describeIssues(parsed.error, {
        schema,
        value,
        sourceOf: (path) => yaml.sourceOf(path),
        isSecret: ([top]) => top === 'settings',
      }).map((finding) => placeIn(yaml, { ...finding, level: 'problem' })),
    ],
  };
}

/** One problem for an empty file, instead of one per missing key. */
function emptyFile(error: z.ZodError): Finding {
  const keys = error.issues.map(({ path }) => String(path[0]));
  return { path: [], message: 'is empty', hint: `Write at least these keys: ${keys.join(', ')}.`, level: 'problem' };
}

function readText(file: string, machine: Machine): Decoded | { readonly message: string; readonly hint: string } {
  try {
    return decodeText(machine.readBytes(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { message: 'does not exist', hint: findMisspelt(file) };
    if (code === 'EACCES' || code === 'EPERM') {
      return { message: 'cannot be read: permission denied', hint: 'Give the user that runs the daemon permission to read it.' };
    }
    return {
      message: `cannot be read: ${messageOf(error)}`,
      hint: 'Make it a text file that the daemon can read.',
    };
  }
}

/** Names a misspelt file, such as a `connector.yml` next to the missing `connector.yaml`. */
function findMisspelt(file: string): string {
  const [folder, name] = [dirname(file), basename(file)];
  const misspelt = listMisspelt(folder, name)[0];
  return misspelt === undefined ? `Create ${name} in ${folder}, or remove the folder.` : `Rename ${misspelt} to ${name}.`;
}

/** Converts a finding to a problem of one file. */
export function placeIn(yaml: YamlFile, { path, message, hint, level, offset, atKey }: Finding & { readonly atKey?: boolean }): Problem {
  const position = atKey === true ? yaml.positionOfKey(path) : yaml.positionOf(path, offset);
  return { file: yaml.file, ...position, path: showPath(asWritten(path, yaml)), message, level, ...(hint !== undefined && { hint }) };
}

/** Shortens the path if the file has the short form: `Field: expression` means `Field: { from: expression }`. */
function asWritten(path: Path, yaml: YamlFile): Path {
  const written = path.slice(0, yaml.depthOf(path));
  return yaml.sourceOf(written) === undefined ? path : written;
}

/** Removes duplicates: two Targets with the same Connector report its problems twice. */
export function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.file, problem.line, problem.path, problem.message]);
    return !seen.has(key) && seen.add(key);
  });
}
