/** One instruction of a Dockerfile, with continued lines joined. */
export interface Instruction {
  /** In upper case: `COPY`. */
  readonly word: string;
  readonly text: string;
}

/** One stage of a Dockerfile. */
export interface Stage {
  /** The text after FROM: the image. */
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order; the last stage is the image. */
export function readStages(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of joinLines(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (word.toUpperCase() === 'FROM') {
      const [, base = rest, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ base, name, instructions: [] });
    } else stages.at(-1)?.instructions.push({ word: word.toUpperCase(), text: rest });
  }
  return stages;
}

function joinLines(text: string): readonly string[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');
  return lines.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

/** The arguments of all instructions of a stage with this keyword. */
export function textsOf({ instructions }: Stage, word: string): readonly string[] {
  return instructions.flatMap((one) => (one.word === word ? [one.text] : []));
}

/** The command line of an image. @throws {Error} if an instruction in JSON form is missing. */
export function readProcess(stage: Stage): {
  readonly command: readonly string[];
  readonly health: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly volumes: readonly string[];
  readonly stopSignal: string | undefined;
} {
  const json = (word: string) => readWords(textsOf(stage, word).at(-1));
  return {
    command: [...json('ENTRYPOINT'), ...json('CMD')],
    health: json('HEALTHCHECK'),
    env: Object.fromEntries(
      textsOf(stage, 'ENV').flatMap((text) => [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value])),
    ),
    user: textsOf(stage, 'USER').at(-1),
    volumes: json('VOLUME'),
    stopSignal: textsOf(stage, 'STOPSIGNAL').at(-1),
  };
}

function readWords(text: string | undefined): readonly string[] {
  if (text?.includes('[') !== true) throw new Error(`not in JSON form: ${text ?? 'missing'}`);
  const words: unknown = JSON.parse(text.slice(text.indexOf('[')));
  return Array.isArray(words) ? words.map(String) : [];
}

/** A file or folder that a stage copies. `from` is the source stage; missing: the build context. */
export interface Copy {
  readonly from?: string;
  readonly source: string;
  readonly target: string;
}

/** The copies of a stage, one entry per source. Targets are as written. */
export function readCopies(stage: Stage): readonly Copy[] {
  return textsOf(stage, 'COPY').flatMap((text) => {
    const from = /--from=(\S+)/.exec(text)?.[1];
    const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
    const target = words.at(-1) ?? '';
    return words.slice(0, -1).map((source) => ({ source: source.replace(/^\.\//, ''), target, ...(from !== undefined && { from }) }));
  });
}
