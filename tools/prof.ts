import { prepare } from '../src/runtime/source.ts';
import { planStart } from '../src/runtime/compile.ts';
import { startProgram } from '../src/launcher/start.ts';
import { emit } from '../src/launcher/emit.ts';
import { textTables } from '../src/launcher/lower/texts.ts';
import { realMachine } from '../src/host/machine.ts';
import { readHostFacts } from '../src/host/facts.ts';
export function main() {
  const t: Record<string, number[]> = {};
  const time = <T>(n: string, f: () => T): T => { const a = performance.now(); const r = f(); (t[n] ??= []).push(performance.now() - a); return r; };
  for (let i = 0; i < 300; i++) {
    time('host', () => readHostFacts(realMachine(), []));
    const p = time('prepare', () => prepare({ file: '/tmp/abl/config', name: 'abl' }));
    const { plan } = time('plan', () => planStart(p, { detach: false }));
    time('texts', () => textTables(plan!));
    const { program } = time('lower', () => startProgram(plan!, { arch: 'x86_64' }));
    time('emit', () => emit(program, { arch: 'x86_64' }));
  }
  for (const [n, v] of Object.entries(t)) { const s = v.slice(100).sort((a, b) => a - b); console.log(n.padEnd(8), 'min', s[0]!.toFixed(2), 'med', s[s.length >> 1]!.toFixed(2), 'first', v[0]!.toFixed(1)); }
}
