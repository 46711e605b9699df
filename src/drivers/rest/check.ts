import type { Action, TargetDefinition } from '../../domain/target.ts';
import type { SettingsProblem } from '../driver.ts';
import { checkOneRow, checkUnused } from '../definition-check.ts';
import { compileLook, compileReplies, compileWrite } from './calls.ts';
import { ExpressionProblem } from '../../mapping/expression/problem.ts';
import { compileCondition } from './expressions.ts';
import { findCalls, type RestSettings } from './settings.ts';
import { parseTemplate, TemplateFault, type Template } from './template.ts';

const actions: readonly Action[] = ['create', 'update', 'deactivate', 'delete'];

/** What the schema cannot see: calls that are missing, paths and expressions that do not compile, fields that the Mapping lacks. */
export function checkRest(settings: RestSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [
    ...checkOneRow(definition, 'rest'),
    ...actions.flatMap((action) => checkWrite(action, settings, definition)),
    ...findCalls(settings).flatMap((call, index) => {
      const path = Array.isArray(settings.find) ? `find.${index}` : 'find';
      return checkCompiles(path, () => checkFields(`${path}.get`, compileLook(call, namesOf(definition)).template, definition));
    }),
    ...(settings.list === undefined ? [] : checkCompiles('list', () => (compileLook(settings.list!), []))),
    ...(settings.probe === undefined
      ? []
      : checkCompiles('probe.get', () => checkFields('probe.get', parseTemplate(settings.probe!.get, namesOf(definition)), definition))),
    ...checkReplies(settings),
    ...checkLooking(settings, definition),
  ];
}

function checkWrite(action: Action, settings: RestSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  const call = settings[action];
  const can = definition.can.includes(action);
  if (call === undefined) {
    return can ? [{ path: action, message: `is missing, but can lists ${action}`, level: 'problem' }] : [];
  }
  return [
    ...(can ? [] : checkUnused(action, `can does not list ${action}`)),
    ...checkCompiles(action, () => {
      const write = compileWrite(call, namesOf(definition));
      const lost = write.template.usesKey && settings.create !== undefined && settings.create.key === undefined;
      return [...checkFields(action, write.template, definition), ...(lost && action !== 'create' ? [keyNobodyGives(action)] : [])];
    }),
  ];
}

function keyNobodyGives(action: Action): SettingsProblem {
  return { path: `create.key`, message: `is missing, but ${action} uses {key}`, hint: "for example key: 'body.id'", level: 'problem' };
}

function checkReplies({ replies }: RestSettings): readonly SettingsProblem[] {
  const { none, ...fates } = replies;
  return [
    ...Object.entries(fates).flatMap(([name, text]) => checkCompiles(`replies.${name}`, () => (compileReplies({ [name]: text }), []))),
    ...(none === undefined ? [] : checkCompiles('replies.none', () => (compileCondition(none), []))),
  ];
}

/** Whoever cannot look has to leave every write that is in doubt to a person. */
function checkLooking(settings: RestSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  if (settings.find !== undefined || settings.repeatable || !definition.can.includes('create')) return [];
  return [{ path: 'find', message: 'is missing: a create whose answer is lost waits for a person', level: 'note' }];
}

/** Values that the Target gives: they may stand wherever a field may. */
function namesOf({ values = {} }: TargetDefinition): readonly string[] {
  return Object.keys(values);
}

function checkFields(path: string, template: Template, definition: TargetDefinition): readonly SettingsProblem[] {
  const known = Object.keys(definition.mapping);
  return template.fields
    .filter((field) => !known.includes(field))
    .map((field) => ({
      path,
      message: `inserts {${field}}, which is no field of the mapping`,
      hint: `fields: ${known.join(', ')}; a value that the Target gives is declared under needs`,
      level: 'problem',
    }));
}

function checkCompiles(path: string, compile: () => readonly SettingsProblem[]): readonly SettingsProblem[] {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionProblem) && !(error instanceof TemplateFault)) throw error;
    return [{ path, message: error.message, level: 'problem' }];
  }
}
