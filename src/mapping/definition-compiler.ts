// Compiles definitions, each once, and keeps the results.
import { BoundedMap } from '../domain/bounded-map.ts';
import type { CustomAttribute } from '../domain/person-view.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { hashDefinition } from './canonical-json.ts';
import { DefinitionBroken, tryCompile, type Compilation, type CompiledDefinition } from './compile-definition.ts';

/** Definitions that are kept: those in force and those of the files, also for a hundred Targets. */
const maxKept = 200;

/** Compiles definitions, each once: one for all Targets and all questions. */
export class DefinitionCompiler {
  readonly #attributes: readonly CustomAttribute[];
  readonly #kept = new BoundedMap<string, Compilation>(maxKept);

  /** `attributes` are the declared custom attributes. */
  constructor(attributes: readonly CustomAttribute[]) {
    this.#attributes = attributes;
  }

  /** The rules, or the problems. `goneGroups`: see `compileDefinition`. */
  compile(definition: TargetDefinition, goneGroups: ReadonlySet<string> = new Set()): Compilation {
    const key = `${hashDefinition(definition)} ${[...goneGroups].join('\u001f')}`;
    const compilation = this.#kept.get(key) ?? tryCompile(definition, this.#attributes, goneGroups);
    // Set again also when it is known: the one used longest ago is forgotten first.
    this.#kept.set(key, compilation);
    return compilation;
  }

  /** The rules. @throws {DefinitionBroken} with every expression that does not compile. */
  rulesOf(definition: TargetDefinition, goneGroups?: ReadonlySet<string>): CompiledDefinition {
    const compilation = this.compile(definition, goneGroups);
    if (compilation.is === 'broken') throw new DefinitionBroken(definition.target, compilation.problems);
    return compilation.compiled;
  }
}
