// The kernel calls of a step as a person reads them, in the manner of strace(1).

import type { Action, Arg } from '../model/step.ts';

const octalArguments: Readonly<Record<string, readonly number[]>> = { mkdirat: [2], fchmodat: [2], mknodat: [2], umask: [0] };

function argument(arg: Arg): string {
  if (typeof arg === 'number' || typeof arg === 'bigint') return arg.toString();
  if ('text' in arg) return JSON.stringify(arg.text);
  if ('bytes' in arg) return `<${arg.note}>`;
  if ('flags' in arg) return arg.flags.length === 0 ? '0' : arg.flags.join('|');
  if ('slot' in arg) return `$${arg.slot}`;
  if ('buffer' in arg) return `&${arg.buffer}`;
  if ('sizeof' in arg) return `sizeof(${arg.sizeof})`;
  if ('array' in arg) return `[${arg.array.map(argument).join(', ')}]`;
  const fields = Object.entries(arg.fields).map(([name, value]) => `${name}=${argument(value)}`);
  return `{${fields.join(', ')}}`;
}

/** One line for one action; builtins name themselves, the launcher room knows their calls. */
export function actionText(action: Action): string {
  if ('compare' in action) return `require ${action.what}`;
  if ('store' in action) return `&${action.store}[${action.offset}] = ${action.value}`;
  if ('builtin' in action) return `<${action.builtin}>`;
  const octal = octalArguments[action.sys] ?? [];
  const args = action.args.map((arg, index) => (octal.includes(index) && typeof arg === 'number' ? `0${arg.toString(8)}` : argument(arg)));
  const result = action.save === undefined ? '' : `$${action.save} = `;
  const notes = [
    ...(action.tolerate === undefined ? [] : [`${action.tolerate.join(', ')} is fine`]),
    ...(action.skipStep === undefined ? [] : [`${action.skipStep.join(', ')}: skip the step`]),
    ...(action.expect === undefined ? [] : [`must be ${action.expect}`]),
  ];
  return `${result}${action.sys}(${args.join(', ')})${notes.length === 0 ? '' : `  # ${notes.join('; ')}`}`;
}
