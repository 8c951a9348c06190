// Makes structs.gen.ts: sizes of kernel structures, and offsets and sizes of their members.
import { evaluate, type Headers } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import { LAYOUTS } from './struct-layouts.ts';
import { fill, tableHeader } from './write-table.ts';

/** The text of structs.gen.ts. */
export function structTable(sets: HeaderSets, label: PackageLabel): string {
  const x86 = layouts(sets.x86, sets.libc);
  const arm64 = layouts(sets.arm64, sets.libc);
  const differing = [...arm64].filter(([name, text]) => x86.get(name) !== text);
  const sources = [
    label('linux-libc-dev'),
    `${label('linux-libc-dev-arm64-cross')} for STRUCTS_ARM64`,
    `${label('libc6-dev')} for msghdr, cmsghdr and ucred, which the kernel exports no header for`,
  ];
  return `${tableHeader('Layouts of the structures that system calls take and give, in bytes, on x86_64 and where arm64 differs.', sources)}
/** Structure layouts on x86_64. */
export const STRUCTS = {
${[...x86.values()].join('')}} as const;

/** Structure layouts that differ on arm64. */
export const STRUCTS_ARM64 = {
${differing.map(([, text]) => text).join('')}} as const;

export type StructName = keyof typeof STRUCTS;
`;
}

function layouts(kernel: Headers, libc: Headers): Map<string, string> {
  const offsetof = '#define MEMBER_OFFSET(type, member) __builtin_offsetof(type, member)\n';
  const result = new Map<string, string>();
  const wanted = new Map<Headers, Map<string, string>>([
    [{ ...kernel, prelude: kernel.prelude + offsetof }, new Map()],
    [{ ...libc, prelude: libc.prelude + offsetof }, new Map()],
  ]);
  const [kernelWanted, libcWanted] = [...wanted.values()];
  const fields = new Map<string, string[]>();
  for (const [name, layout] of Object.entries(LAYOUTS)) {
    const into = layout.from === 'libc' ? libcWanted : kernelWanted;
    into?.set(name, `sizeof(${layout.type})`);
    const names: string[] = [];
    for (const member of layout.members.trim().split(/\s+/)) {
      const [field = '', path = field] = member.split('=');
      names.push(field);
      into?.set(`${name}.${field}.offset`, `MEMBER_OFFSET(${layout.type}, ${path})`);
      into?.set(`${name}.${field}.size`, `sizeof(((${layout.type} *)0)->${path})`);
    }
    fields.set(name, names);
  }
  const facts = new Map([...wanted].flatMap(([headers, expressions]) => [...evaluate(headers, expressions)]));
  const fact = (key: string): string => {
    const value = facts.get(key);
    if (value === undefined) {
      throw new Error(`the headers do not give ${key}`);
    }
    return String(value);
  };
  for (const [name, names] of fields) {
    const entries = names.map((field) => {
      const key = `${name}.${field}`;
      return [field, `{ offset: ${fact(`${key}.offset`)}, size: ${fact(`${key}.size`)} }`] as const;
    });
    result.set(name, `  ${name}: {\n    size: ${fact(name)},\n    fields: {\n${fill(entries, '      ')}\n    },\n  },\n`);
  }
  return result;
}
