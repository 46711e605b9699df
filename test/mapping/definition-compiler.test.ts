import { describe, expect, it } from 'vitest';
import { DefinitionBroken } from '../../src/mapping/compile-definition.ts';
import { DefinitionCompiler } from '../../src/mapping/definition-compiler.ts';
import { aDefinition } from './definition.ts';

describe('the compiler of definitions', () => {
  it('compiles an equal definition once', () => {
    const compiler = new DefinitionCompiler([]);
    expect(compiler.rulesOf(aDefinition())).toBe(compiler.rulesOf(aDefinition()));
  });

  it.each([
    ['its mapping differs', aDefinition({ mapping: { Email: { from: 'displayName' } } }), new Set<string>()],
    ['a group was deleted', aDefinition(), new Set(['Visitors'])],
  ])('compiles again when %s', (_, definition, gone) => {
    const compiler = new DefinitionCompiler([]);
    expect(compiler.rulesOf(definition, gone)).not.toBe(compiler.rulesOf(aDefinition()));
  });

  it.each([
    ['an expression', { mapping: { Email: { from: 'emial' }, Name: { from: 'nmae' } } }, ['mapping.Email.from', 'mapping.Name.from']],
    ['a name for rows that a person has too', { rows: { each: 'groups', as: 'email', none: 'hold' as const } }, ['rows.as']],
  ])('keeps the problems of %s, and throws them for the rules', (_, differing, paths) => {
    const compiler = new DefinitionCompiler([]);
    const broken = aDefinition(differing);
    const compilation = compiler.compile(broken);
    expect(compilation.is === 'broken' && compilation.problems.map(({ path }) => path.join('.'))).toEqual(paths);
    expect(compiler.compile(aDefinition(differing))).toBe(compilation);
    expect(() => compiler.rulesOf(broken)).toThrow(DefinitionBroken);
  });

  it('knows the custom attributes of the site', () => {
    const definition = aDefinition({ mapping: { Email: { from: 'badge' } } });
    expect(new DefinitionCompiler([]).compile(definition).is).toBe('broken');
    expect(new DefinitionCompiler([{ urn: 'urn:x', name: 'badge', type: 'text' }]).compile(definition).is).toBe('compiled');
  });
});
