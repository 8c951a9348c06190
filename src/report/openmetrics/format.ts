// The text of OpenMetrics 1.0 (RFC-like specification at github.com/OpenObservability/OpenMetrics), of which only what the older
// format of Prometheus (0.0.4) reads too is used: gauges and counters. So one text serves scrapes and node_exporter's textfile collector.

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  /** Ends with its unit where it has one; without `_total`, which a counter's samples get. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit: string | null;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Families without samples are left out. */
export function openMetrics(families: readonly Family[]): string {
  return `${families
    .filter(({ samples }) => samples.length > 0)
    .map(family)
    .join('')}# EOF\n`;
}

function family({ name, type, unit, help, samples }: Family): string {
  const head = [`# TYPE ${name} ${type}`, ...(unit === null ? [] : [`# UNIT ${name} ${unit}`]), `# HELP ${name} ${escaped(help)}`];
  const suffix = type === 'counter' ? '_total' : '';
  return [...head, ...samples.map(({ labels, value }) => `${name}${suffix}${labelText(labels)} ${value}`), ''].join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** The same three in values of labels and in help texts. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
