/** CategoryTree and Category: the children of a category, or the category itself. */
import type { SimReply, SimRequest } from '../kit/types.js';
import { type Category, categoryName, childCategories, findCategory } from './categories.js';
import { type Desk, isSwitched } from './desk.js';
import { wholeNumber } from './params.js';
import { jsonReply, jsonText, serviceError } from './replies.js';

const write = (entry: Category, locale: string): unknown => {
  const name = categoryName(entry, locale);
  const slug = encodeURIComponent(name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-'));
  return { id: entry.id, link: `/Category/${slug}/${entry.id}?load_type=category`, name };
};

const reply = (desk: Desk, value: unknown): SimReply => jsonReply(jsonText(value, isSwitched(desk, 'escape-slashes', true)));

export const categoryTree = (desk: Desk, request: SimRequest): SimReply => {
  const text = request.query.get('category_id');
  const parent = text === null || text === '' ? null : wholeNumber(text);
  if (parent === undefined) return serviceError(400, '100', 'Invalid category_id');
  const locale = request.query.get('locale') ?? 'en_US';
  return reply(
    desk,
    childCategories(parent).map((entry) => write(entry, locale)),
  );
};

export const oneCategory = (desk: Desk, request: SimRequest): SimReply => {
  const found = findCategory(wholeNumber(request.query.get('category_id') ?? undefined) ?? -1);
  if (found === undefined) return serviceError(400, '100', 'Invalid category_id');
  return reply(desk, write(found, request.query.get('locale') ?? 'en_US'));
};
