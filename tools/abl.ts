import { writeFileSync } from 'node:fs';
import { prepare } from '../src/runtime/source.ts';
import { planStart, launcherOf } from '../src/runtime/compile.ts';
import type { Plan } from '../src/model/plan.ts';
export function main() {
  const p = prepare({ file: '/tmp/abl/config', name: 'abl' });
  const { plan } = planStart(p, { detach: false });
  const base = plan as Plan;
  const lines: string[] = ['floor\t42\t-\t/tmp/abl/floor\t/tmp/abl/root\t/init'];
  const put = (name: string, pl: Plan) => { const f = '/tmp/abl/l-' + name; writeFileSync(f, launcherOf(pl), { mode: 0o755 }); lines.push(`${name}\t42\t-\t${f}`); };
  const without = (re: RegExp): Plan => ({ ...base, steps: base.steps.filter((s) => !re.test(s.what)) });
  put('all', base);
  put('noguard', { ...without(/PID 1 of a PID/), guard: false });
  put('noclaim', { ...without(/^claim the name|directory for running/), steps: without(/^claim the name|directory for running/).steps.map((s) => ({ ...s, actions: s.actions.map((a) => 'builtin' in a && a.builtin === 'serve' ? { ...a, record: null } : a) })) as any });
  put('forkonly', { ...base, guard: false });
  put('noguardnocons', { ...without(/PID 1 of a PID|dev.console|boot id|^claim|directory for running/), guard: false, steps: without(/PID 1 of a PID|dev.console|boot id|^claim|directory for running/).steps.map((s) => ({ ...s, actions: s.actions.map((a) => 'builtin' in a && a.builtin === 'serve' ? { ...a, record: null } : a) })) as any });
  for (const [i, s] of base.steps.entries()) console.error(i, s.who, s.phase, s.what);
  writeFileSync('/tmp/abl/list', lines.join('\n') + '\n');
}
