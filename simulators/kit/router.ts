/** Finds the route of a path: patterns are taken apart once, a request costs one map lookup or one split. */

import type { Route } from './types.js';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  /** Undefined: no such path. `allow`: the path exists, for these methods only. */
  find(method: string, path: string): Match | { readonly allow: readonly string[] } | undefined;
}

type Segment = { readonly text: string } | { readonly names: readonly string[]; readonly expression: RegExp };

interface Compiled {
  readonly route: Route;
  readonly segments: readonly Segment[];
  /** Count of literal segments: the more, the earlier it is tried. */
  readonly literal: number;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const trimmed = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** `{id}` is a whole segment; `{id}.jpg` works as well. */
const compileSegment = (segment: string): Segment => {
  if (!segment.includes('{')) return { text: segment };
  const names: string[] = [];
  const source = segment
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return literally(part);
      names.push(part.slice(1, -1));
      return '(.+?)';
    })
    .join('');
  return { names, expression: new RegExp(`^${source}$`) };
};

const compile = (route: Route): Compiled => {
  const segments = trimmed(route.pattern).split('/').map(compileSegment);
  return { route, segments, literal: segments.filter((segment) => 'text' in segment).length };
};

/** A malformed percent sequence is passed on as it came: the vendor would call the id unknown, not fail. */
const decode = (value: string): string => {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const matchSegments = (compiled: Compiled, parts: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const params: Record<string, string> = {};
  for (const [i, segment] of compiled.segments.entries()) {
    const part = parts[i] ?? '';
    if ('text' in segment) {
      if (segment.text !== part) return undefined;
      continue;
    }
    const found = segment.expression.exec(part);
    if (found === null) return undefined;
    for (const [j, name] of segment.names.entries()) params[name] = decode(found[j + 1] ?? '');
  }
  return params;
};

export const createRouter = (routes: readonly Route[]): Router => {
  const exact = new Map<string, Match>();
  const byLength = new Map<string, Compiled[]>();
  for (const route of routes) {
    if (!route.pattern.includes('{')) {
      exact.set(`${route.method} ${trimmed(route.pattern)}`, { route, params: NO_PARAMS });
      continue;
    }
    const compiled = compile(route);
    const key = `${route.method} ${compiled.segments.length}`;
    byLength.set(
      key,
      [...(byLength.get(key) ?? []), compiled].sort((a, b) => b.literal - a.literal),
    );
  }
  const methods = [...new Set(routes.map((route) => route.method))];
  const findFor = (method: string, path: string): Match | undefined => {
    const fixed = exact.get(`${method} ${path}`);
    if (fixed !== undefined) return fixed;
    const parts = path.split('/');
    for (const compiled of byLength.get(`${method} ${parts.length}`) ?? []) {
      const params = matchSegments(compiled, parts);
      if (params !== undefined) return { route: compiled.route, params };
    }
    return undefined;
  };
  return {
    find: (method, path) => {
      const wanted = trimmed(path);
      const match = findFor(method === 'HEAD' ? 'GET' : method, wanted);
      if (match !== undefined) return match;
      const allow = methods.filter((other) => findFor(other, wanted) !== undefined);
      return allow.length === 0 ? undefined : { allow };
    },
  };
};
