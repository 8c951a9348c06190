// Which Debian packages hold the headers that the tables come from, and which versions of them are installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** An installed package: its version and the day of its newest changelog entry. */
export interface HeaderPackage {
  readonly name: string;
  readonly version: string;
  readonly date: string;
}

/** The packages that the tables are generated from. */
export const HEADER_PACKAGES = [
  'linux-libc-dev',
  'linux-libc-dev-arm64-cross',
  'linux-libc-dev-armhf-cross',
  'linux-libc-dev-riscv64-cross',
  'linux-libc-dev-ppc64el-cross',
  'linux-libc-dev-s390x-cross',
  'linux-libc-dev-mips64el-cross',
  'libc6-dev',
] as const;

export type HeaderPackageName = (typeof HEADER_PACKAGES)[number];

/** Looks a package up in dpkg's database; undefined where it, its changelog or dpkg is missing. */
export function installedPackage(name: HeaderPackageName): HeaderPackage | undefined {
  const run = spawnSync('dpkg-query', ['-W', '-f', '${Status}\n${Version}\n', name], { encoding: 'utf8' });
  const [status, version] = run.status === 0 ? run.stdout.split('\n') : [];
  const changelog = `/usr/share/doc/${name}/changelog.Debian.gz`;
  if (status !== 'install ok installed' || version === undefined || !existsSync(changelog)) {
    return undefined;
  }
  const entry = /^ -- .*> {2}\w{3}, +(\d{1,2}) (\w{3}) (\d{4}) /m.exec(gunzipSync(readFileSync(changelog)).toString());
  const month = 1 + 'JanFebMarAprMayJunJulAugSepOctNovDec'.indexOf(entry?.[2] ?? '?') / 3;
  if (entry === null || !Number.isInteger(month) || month < 1) {
    return undefined;
  }
  return { name, version, date: `${entry[3]}-${String(month).padStart(2, '0')}-${entry[1]?.padStart(2, '0')}` };
}

/** How a table's header names a package, for example `linux-libc-dev 6.1.192-2 (2026-11-16)`. */
export function packageLabel(found: HeaderPackage): string {
  return `${found.name} ${found.version} (${found.date})`;
}
