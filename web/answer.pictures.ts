// Finds the pictures a GraphQL answer points to, so that a page of results can be looked at and not only read.

export type Picture = { readonly address: string; readonly title: string };

const MAX_PICTURES = 60;

/** Takes any text: an answer without pictures, an error or half a JSON text gives an empty list. */
export function findPictures(answer: string | null | undefined, base: string): readonly Picture[] {
  // Most answers hold none, and some are megabytes: look before parsing.
  if (!answer?.includes('/files/')) return [];
  const found = new Map<string, Picture>();
  try {
    collect(JSON.parse(answer), '', base, found);
  } catch {
    return [];
  }
  return [...found.values()];
}

function collect(value: unknown, title: string, base: string, found: Map<string, Picture>): void {
  if (typeof value !== 'object' || value === null) return;
  const nearest = readTitle(value) ?? title;
  for (const [key, inner] of Object.entries(value)) {
    if (found.size >= MAX_PICTURES) return;
    const address = key === 'url' && typeof inner === 'string' ? parseAddress(inner, base) : undefined;
    if (address && !found.has(address)) found.set(address, { address, title: nearest });
    collect(inner, nearest, base, found);
  }
}

function readTitle(value: object): string | undefined {
  return 'title' in value && typeof value.title === 'string' && value.title ? value.title : undefined;
}

function parseAddress(text: string, base: string): string | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return /^https?:$/.test(url.protocol) && url.pathname.includes('/files/') ? url.href : undefined;
}
