// Checks rest settings beyond the schema: missing calls, invalid paths and expressions, unknown fields.
import type { Action, TargetDefinition } from '../../../domain/target.ts';
import { findNearest } from '../../../mapping/nearest-word.ts';
import type { SettingsProblem } from '../driver.ts';
import { checkPlainHttp } from '../plain-http.ts';
import { checkOneRow, checkUnused } from '../definition-check.ts';
import { compileLookUp, compileReplies, compileWrite } from './calls.ts';
import { ExpressionProblem } from '../../../mapping/expression/expression-problem.ts';
import { compileCondition } from './expressions.ts';
import { findCalls, methodOf, type RestSettings } from './settings.ts';
import { parseTemplate, TemplateFault, type Template } from './template.ts';

const actions: readonly Action[] = ['create', 'update', 'deactivate', 'delete'];

/** Finds problems that the schema cannot find: missing calls, invalid paths and expressions, fields that are not in the Mapping. */
export function checkRest(settings: RestSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  return [
    ...checkOneRow(definition, 'rest'),
    ...checkPlainHttp(settings),
    ...actions.flatMap((action) => checkWrite(action, settings, definition)),
    ...findCalls(settings).flatMap((call, index) => {
      const path = Array.isArray(settings.find) ? `find.${index}` : 'find';
      return checkCompiles(path, () => checkFields(`${path}.get`, compileLookUp(call, namesOf(definition)).template, definition));
    }),
    ...(settings.list === undefined ? [] : checkCompiles('list', () => (compileLookUp(settings.list!), []))),
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
    return can ? [missingCall(action)] : [];
  }
  return [
    ...(can ? [] : checkUnused(action, `${action} is not listed under can`)),
    ...checkCompiles(action, () => {
      const write = compileWrite(call, namesOf(definition));
      const lost = write.template.usesKey && settings.create !== undefined && settings.create.key === undefined;
      const place = `${action}.${methodOf(call).method.toLowerCase()}`;
      return [...checkFields(place, write.template, definition), ...(lost && action !== 'create' ? [keyNobodyGives(action)] : [])];
    }),
  ];
}

/** An example call for each Action, shown in the hint. */
const usualCalls: Readonly<Record<Action, string>> = {
  create: "create: { post: /people, key: 'body.id' }",
  update: "update: { put: '/people/{key}' }",
  deactivate: "deactivate: { patch: '/people/{key}', with: { active: false } }",
  delete: "delete: { delete: '/people/{key}' }",
};

function missingCall(action: Action): SettingsProblem {
  const hint = `Add the call under settings, for example ${usualCalls[action]}, or remove ${action} from can.`;
  return { path: action, message: `is missing, but ${action} is listed under can`, hint, level: 'problem' };
}

function keyNobodyGives(action: Action): SettingsProblem {
  return {
    path: `create.key`,
    message: `is missing, but ${action} uses {key}`,
    hint: "Add the expression of the key, for example: key: 'body.id'",
    level: 'problem',
  };
}

function checkReplies({ replies }: RestSettings): readonly SettingsProblem[] {
  const { none, ...results } = replies;
  return [
    ...Object.entries(results).flatMap(([name, text]) => checkCompiles(`replies.${name}`, () => (compileReplies({ [name]: text }), []))),
    ...(none === undefined ? [] : checkCompiles('replies.none', () => (compileCondition(none), []))),
  ];
}

/** Warns if there is no look-up: every write in doubt then requires a manual check. */
function checkLooking(settings: RestSettings, definition: TargetDefinition): readonly SettingsProblem[] {
  if (settings.find !== undefined || settings.repeatable || !definition.can.includes('create')) return [];
  return [
    {
      path: 'find',
      message: 'is missing: if the response to a create is lost, an operator must check whether the product has the record',
      level: 'note',
    },
  ];
}

/** Names of the values that the Target provides. They can be used wherever a field can. */
function namesOf({ values = {} }: TargetDefinition): readonly string[] {
  return Object.keys(values);
}

function checkFields(path: string, template: Template, definition: TargetDefinition): readonly SettingsProblem[] {
  const known = Object.keys(definition.mapping);
  return template.fields
    .filter((field) => !known.includes(field))
    .map((field) => ({
      path,
      message: `{${field}} is not a field of the mapping`,
      hint: hintForField(field, path, known),
      level: 'problem',
    }));
}

/** Most products use the name `{id}`, but here the record's key at the Target is `{key}`. */
function hintForField(field: string, path: string, known: readonly string[]): string {
  const hasKey = /^(update|deactivate|delete)\./.test(path);
  if (hasKey && /id$/i.test(field)) return 'Write {key}: it inserts the key of the record in the product.';
  const nearest = findNearest(field, hasKey ? ['key', ...known] : known);
  if (nearest !== undefined) return `Did you mean {${nearest}}?`;
  return `Use one of: ${known.join(', ')}. If the target provides the value, declare it under needs.`;
}

function checkCompiles(path: string, compile: () => readonly SettingsProblem[]): readonly SettingsProblem[] {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionProblem) && !(error instanceof TemplateFault)) throw error;
    const hint = error instanceof ExpressionProblem ? error.hint : undefined;
    return [{ path, message: error.message, level: 'problem', ...(hint !== undefined && { hint }) }];
  }
}
