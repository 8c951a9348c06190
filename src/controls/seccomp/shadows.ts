// Rules that can never decide, since another about the same call is stricter whatever the arguments.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Policy, Rule } from './policy.ts';
import { compareStrictness, verdictText } from './verdicts.ts';

export function checkShadows({ rules }: Policy): readonly Diagnostic[] {
  const byCall = new Map<string, Rule[]>();
  for (const rule of rules) byCall.set(callText(rule), [...(byCall.get(callText(rule)) ?? []), rule]);
  return [...byCall.values()].flatMap((same) =>
    same.flatMap((rule, index) => {
      const stricter = same.find((other, place) => shadows(other, rule, place < index));
      if (stricter === undefined) return [];
      const data = {
        name: callText(rule),
        verdict: verdictText(rule.verdict),
        line: String(stricter.span.line),
        stricter: `${callText(rule)} ${verdictText(stricter.verdict)}`,
      };
      return [diagnostic('HF220', data, rule.span)];
    }),
  );
}

/** Equal lines shadow nothing: saying a thing twice does no harm. */
function shadows(other: Rule, rule: Rule, first: boolean): boolean {
  if (other === rule || other.conditions.length > 0 || verdictText(other.verdict) === verdictText(rule.verdict)) return false;
  const covers = other.section.kind === 'all' || JSON.stringify(other.section) === JSON.stringify(rule.section);
  const order = compareStrictness(other.verdict, rule.verdict);
  return covers && (order < 0 || (order === 0 && first));
}

function callText({ call }: Rule): string {
  return call.kind === 'name' ? call.name : String(call.number);
}
