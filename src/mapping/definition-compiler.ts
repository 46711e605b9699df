// Compiles definitions and caches the results.
import { BoundedMap } from '../domain/bounded-map.ts';
import type { CustomAttribute } from '../domain/person-view.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { hashDefinition } from './canonical-json.ts';
import { DefinitionBroken, tryCompile, type Compilation, type CompiledDefinition } from './compile-definition.ts';

/** Max cached definitions: enough for the applied and the file definitions of a hundred Targets. */
const maxKept = 200;

/** Compiles definitions and caches the results. All Targets and requests share one instance. */
export class DefinitionCompiler {
  readonly #attributes: readonly CustomAttribute[];
  readonly #kept = new BoundedMap<string, Compilation>(maxKept);

  /** `attributes` are the declared custom attributes. */
  constructor(attributes: readonly CustomAttribute[]) {
    this.#attributes = attributes;
  }

  /** The compiled definition, or the problems. `goneGroups`: see `compileDefinition`. */
  compile(definition: TargetDefinition, goneGroups: ReadonlySet<string> = new Set()): Compilation {
    const key = `${hashDefinition(definition)} ${[...goneGroups].join('\u001f')}`;
    const compilation = this.#kept.get(key) ?? tryCompile(definition, this.#attributes, goneGroups);
    // Also set on a cache hit, so that the least recently used entry is evicted first.
    this.#kept.set(key, compilation);
    return compilation;
  }

  /** The compiled definition. @throws {DefinitionBroken} with all expressions that do not compile. */
  rulesOf(definition: TargetDefinition, goneGroups?: ReadonlySet<string>): CompiledDefinition {
    const compilation = this.compile(definition, goneGroups);
    if (compilation.is === 'broken') throw new DefinitionBroken(definition.target, compilation.problems);
    return compilation.compiled;
  }
}
