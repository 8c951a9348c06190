// What is told of containers as metrics: one row is one family. Base units, as Prometheus has them: bytes, seconds.

import type { MeasuredContainer } from '../../model/measured.ts';
import type { ContainerUsage, PressureKind } from '../../model/usage.ts';
import type { Family, Sample } from './format.ts';

interface Row {
  /** Behind `holdfast_container_`. */
  readonly name: string;
  readonly type: Family['type'];
  readonly unit?: 'bytes' | 'seconds' | 'processors';
  readonly help: string;
  readonly value: (container: MeasuredContainer) => Value | readonly Labelled[];
}
type Value = number | null | undefined;
type Labelled = readonly [labels: Readonly<Record<string, string>>, value: Value];

const seconds = (microseconds: Value): Value => (microseconds === null || microseconds === undefined ? null : microseconds / 1e6);
const perDevice = (what: 'readBytes' | 'writtenBytes' | 'reads' | 'writes') => (container: MeasuredContainer) =>
  (container.usage.io ?? []).map((one) => [{ device: one.device }, one[what]] as const);
const RESOURCES: readonly PressureKind[] = ['cpu', 'memory', 'io'];
const perResource = (stall: (pressure: NonNullable<ContainerUsage['pressure']['cpu']>) => Value) => (container: MeasuredContainer) =>
  RESOURCES.map((resource) => {
    const pressure = container.usage.pressure[resource];
    return [{ resource }, pressure === null ? null : seconds(stall(pressure))] as const;
  });

const gauge = (name: string, unit: Row['unit'] | null, help: string, value: Row['value']): Row => ({
  name,
  type: 'gauge',
  help,
  value,
  ...(unit ? { unit } : {}),
});
const counter = (name: string, unit: Row['unit'] | null, help: string, value: Row['value']): Row => ({
  name,
  type: 'counter',
  help,
  value,
  ...(unit ? { unit } : {}),
});

const ROWS: readonly Row[] = [
  gauge('start_time_seconds', 'seconds', 'When it was started, since 1970', ({ startedAt }) => startedAt / 1000),
  gauge('frozen', null, 'Whether it is frozen: 1 or 0', ({ state }) => (state === 'frozen' ? 1 : 0)),
  gauge('memory_bytes', 'bytes', 'Memory it uses, with its file cache', ({ usage }) => usage.memory?.used),
  gauge('memory_inactive_file_bytes', 'bytes', 'File cache among it that would go first', ({ usage }) => usage.memory?.inactiveFile),
  gauge('memory_peak_bytes', 'bytes', 'Most memory it ever used', ({ usage }) => usage.memory?.peak),
  gauge('memory_limit_bytes', 'bytes', 'Memory it may use; absent without a limit', ({ usage }) => usage.memory?.limit),
  counter('memory_limit_hits', null, 'How often it reached the limit on memory', ({ usage }) => usage.memory?.limitHits),
  counter('oom_kills', null, 'Processes killed in it for want of memory', ({ usage }) => usage.memory?.oomKills),
  gauge('swap_bytes', 'bytes', 'Swap space it uses', ({ usage }) => usage.swap?.used),
  gauge('swap_limit_bytes', 'bytes', 'Swap space it may use; absent without a limit', ({ usage }) => usage.swap?.limit),
  counter('cpu_seconds', 'seconds', 'Processor time it used', ({ usage }) => seconds(usage.cpu?.total)),
  counter('cpu_user_seconds', 'seconds', 'Processor time in its programs', ({ usage }) => seconds(usage.cpu?.user)),
  counter('cpu_system_seconds', 'seconds', 'Processor time in the kernel', ({ usage }) => seconds(usage.cpu?.system)),
  gauge('cpu_limit_processors', 'processors', 'How many processors it may use; absent without a quota', ({ usage }) => usage.cpu?.limit),
  counter('cpu_periods', null, 'Periods of the quota in which it wanted to run', ({ usage }) => usage.cpu?.throttling?.periods),
  counter('cpu_throttled_periods', null, 'Periods in which it used up its quota', ({ usage }) => usage.cpu?.throttling?.throttledPeriods),
  counter('cpu_throttled_seconds', 'seconds', 'How long it waited for the next period', ({ usage }) => seconds(usage.cpu?.throttling?.throttledTime)),
  counter('io_read_bytes', 'bytes', 'Read from a block device', perDevice('readBytes')),
  counter('io_written_bytes', 'bytes', 'Written to a block device', perDevice('writtenBytes')),
  counter('io_reads', null, 'Reads from a block device', perDevice('reads')),
  counter('io_writes', null, 'Writes to a block device', perDevice('writes')),
  gauge('pids', null, 'Processes and threads in it', ({ usage }) => usage.pids?.current),
  gauge('pids_limit', null, 'How many there may be; absent without a limit', ({ usage }) => usage.pids?.limit),
  counter('pids_refused', null, 'Forks that the limit refused', ({ usage }) => usage.pids?.refused),
  counter(
    'pressure_some_seconds',
    'seconds',
    'How long at least one process waited for a resource',
    perResource(({ some }) => some.total),
  ),
  counter(
    'pressure_full_seconds',
    'seconds',
    'How long all of its processes waited for a resource',
    perResource(({ full }) => full?.total),
  ),
];

/** All families; what is not counted on this machine has no samples. */
export function containerFamilies(containers: readonly MeasuredContainer[]): readonly Family[] {
  const count: Family = {
    name: 'holdfast_containers',
    type: 'gauge',
    unit: null,
    help: 'Containers that run',
    samples: [{ labels: {}, value: containers.length }],
  };
  return [count, ...ROWS.map((row) => familyOf(row, containers))];
}

function familyOf({ name, type, unit, help, value }: Row, containers: readonly MeasuredContainer[]): Family {
  const samples = containers.flatMap((container): readonly Sample[] => {
    const found = value(container);
    const labelled: readonly Labelled[] = typeof found === 'object' && found !== null ? found : [[{}, found]];
    return labelled.flatMap(([labels, one]) => (one === null || one === undefined ? [] : [{ labels: { name: container.name, ...labels }, value: one }]));
  });
  return { name: `holdfast_container_${name}`, type, unit: unit ?? null, help, samples };
}
