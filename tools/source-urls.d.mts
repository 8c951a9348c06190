import type { Plugin } from 'esbuild';

export const sourceUrls: Plugin;
