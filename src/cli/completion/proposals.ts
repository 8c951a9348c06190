// What may stand in a place of the command line: names of containers, keys, and lines for -s. Loaded only when a shell asks.

/** Names of containers of the default lxcpath that begin so. */
export async function proposeNames(partial: string): Promise<readonly string[]> {
  const [{ realMachine }, { definedContainers }, { isName }, { defaultLxcpath }] = await Promise.all([
    import('../../host/machine.ts'),
    import('../../runtime/containers.ts'),
    import('../../runtime/source.ts'),
    import('../../runtime/system-settings.ts'),
  ]);
  return [...definedContainers(defaultLxcpath(realMachine()))].filter((name) => isName(name) && name.startsWith(partial)).sort();
}

/** Keys that begin so; a family with its members where they are known, an interface as the first one. */
export async function proposeKeys(partial: string): Promise<readonly string[]> {
  const { KEYS } = await import('../../config/index.ts');
  const index = /^lxc\.net\.(\d+)\./.exec(partial)?.[1] ?? '0';
  const names = KEYS.flatMap(({ name, members = [] }) =>
    name.endsWith('.') && members.length > 0 ? members.map((member) => name + member) : [name.replace('lxc.net.N', `lxc.net.${index}`)],
  );
  return names.filter((name) => name.startsWith(partial));
}

/** `KEY=` for -s. */
export async function proposeSettings(partial: string): Promise<readonly string[]> {
  return (await proposeKeys(partial)).map((key) => (key.endsWith('.') ? key : `${key}=`));
}

/** For places where either may stand: keys once it looks like one. */
export async function proposeNamesAndKeys(partial: string): Promise<readonly string[]> {
  const keys = /^(lxc|holdfast)\./.test(partial) ? await proposeKeys(partial) : [];
  return [...(await proposeNames(partial)), ...keys];
}
