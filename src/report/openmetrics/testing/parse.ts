// Reads OpenMetrics text and refuses what the specification does: its ABNF, and the rules about families, units and suffixes.

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface ParsedFamily {
  readonly name: string;
  type: string;
  unit: string;
  help: string;
  readonly samples: ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:inf|infinity)$|^nan$/i;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { gauge: [''], counter: ['_total', '_created'], unknown: [''] };

/** Throws with the line's number on anything that is not exactly right. */
export function parseOpenMetrics(text: string): ReadonlyMap<string, ParsedFamily> {
  if (!text.endsWith('# EOF\n')) throw new Error('no # EOF at the end');
  if (text.includes('\r')) throw new Error('carriage return');
  const families = new Map<string, ParsedFamily>();
  let current: ParsedFamily | undefined;
  const seen = new Set<string>();
  const lines = text.slice(0, -'# EOF\n'.length).split('\n');
  if (lines.pop() !== '') throw new Error('the last line is not ended');
  for (const [index, line] of lines.entries()) {
    const wrong = (reason: string) => new Error(`line ${index + 1}: ${reason}: ${line}`);
    const [, word, name = '', rest = ''] = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`).exec(line) ?? [];
    if (word !== undefined) {
      if (current?.name !== name) {
        if (families.has(name)) throw wrong('a family is in two parts');
        current = { name, type: '', unit: '', help: '', samples: [] };
        families.set(name, current);
      }
      if (current.samples.length > 0) throw wrong('metadata behind samples');
      const field = word.toLowerCase() as 'type' | 'unit' | 'help';
      if (current[field] !== '') throw wrong(`a second ${word}`);
      if (field === 'type' && SUFFIXES[rest] === undefined) throw wrong('unknown type');
      if (field === 'unit' && !name.endsWith(`_${rest}`)) throw wrong('the name does not end with the unit');
      current[field] = field === 'help' ? unescaped(rest, wrong) : rest;
      continue;
    }
    const [, full = '', labels, value = ''] = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`).exec(line) ?? [];
    if (full === '') throw wrong('neither metadata nor a sample');
    if (current === undefined) throw wrong('a sample without a family');
    const suffix = full.startsWith(current.name) ? full.slice(current.name.length) : null;
    if (suffix === null || !(SUFFIXES[current.type] ?? []).includes(suffix)) throw wrong(`no sample of ${current.name}, a ${current.type}`);
    if (!NUMBER.test(value)) throw wrong('no number');
    if (current.type === 'counter' && !(Number(value) >= 0)) throw wrong('a negative counter');
    const sample = { name: full, labels: parseLabels(labels ?? '', wrong), value: Number(value) };
    const key = `${full} ${JSON.stringify(Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    if (seen.has(key)) throw wrong('the same sample twice');
    seen.add(key);
    current.samples.push(sample);
  }
  return families;
}

type Wrong = (reason: string) => Error;

function parseLabels(text: string, wrong: Wrong): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(,|$)/y;
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex;
    const [, name = '', value = '', comma] = pair.exec(text) ?? [];
    if (name === '' || (comma === ',' && pair.lastIndex === text.length)) throw wrong(`labels from ${at}`);
    if (name in labels) throw wrong(`label ${name} twice`);
    labels[name] = unescaped(value, wrong);
  }
  return labels;
}

function unescaped(text: string, wrong: Wrong): string {
  return text.replace(/\\(.?)/gs, (_, letter: string) => {
    const found = { '\\': '\\', '"': '"', n: '\n' }[letter];
    if (found === undefined) throw wrong(`escape \\${letter}`);
    return found;
  });
}
