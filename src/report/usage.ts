// What a container uses, in lines: each with what it may use, and what it was held back by.

import type { ContainerUsage, Pressure } from '../model/usage.ts';
import { bytesText, microsecondsText } from './quantity.ts';

/** Nothing is said of what is not counted. */
export function usageLines(usage: ContainerUsage): readonly (readonly [key: string, text: string])[] {
  const lines: (readonly [string, string])[] = [];
  const { memory, swap, cpu, io, pids, pressure } = usage;
  if (memory !== null) {
    lines.push(['memory', `${ofLimit(memory.used, memory.limit, bytesText)}${memory.peak === null ? '' : `, at most ${bytesText(memory.peak)}`}`]);
    if ((memory.limitHits ?? 0) > 0 || (memory.oomKills ?? 0) > 0) {
      lines.push(['memory limit', `reached ${times(memory.limitHits ?? 0)}; processes killed for want of memory: ${memory.oomKills ?? 0}`]);
    }
  }
  if (swap !== null) lines.push(['swap', ofLimit(swap.used, swap.limit, bytesText)]);
  if (cpu !== null) {
    const modes = cpu.user === null || cpu.system === null ? '' : ` (user ${microsecondsText(cpu.user)}, system ${microsecondsText(cpu.system)})`;
    lines.push(['cpu', `${microsecondsText(cpu.total)}${modes}${cpu.limit === null ? '' : `, at most ${round(cpu.limit)} processors`}`]);
    const { throttling } = cpu;
    if (throttling !== null && throttling.periods > 0) {
      const { periods, throttledPeriods, throttledTime } = throttling;
      lines.push(['throttled', `in ${throttledPeriods} of ${periods} periods, for ${microsecondsText(throttledTime)}`]);
    }
  }
  for (const { device, readBytes, writtenBytes, reads, writes } of io ?? []) {
    lines.push([`io ${device}`, `read ${bytesText(readBytes)} in ${reads}, written ${bytesText(writtenBytes)} in ${writes}`]);
  }
  if (pids !== null) {
    const refused = pids.refused === null || pids.refused === 0 ? '' : `, more refused ${times(pids.refused)}`;
    lines.push(['pids', `${ofLimit(pids.current, pids.limit, String)}${refused}`]);
  }
  for (const [kind, found] of Object.entries(pressure)) if (found !== null) lines.push([`pressure ${kind}`, pressureText(found)]);
  return lines;
}

function ofLimit(used: number, limit: number | null, text: (value: number) => string): string {
  return limit === null ? text(used) : `${text(used)} of ${text(limit)}`;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const round = (value: number): string => String(Math.round(value * 100) / 100);

function pressureText({ some, full }: Pressure): string {
  const all = full === null ? '' : `; all processes ${full.avg10} %, ${full.avg60} %, ${full.avg300} %`;
  return `some waited ${some.avg10} %, ${some.avg60} %, ${some.avg300} % of the last 10, 60, 300 s${all}`;
}
