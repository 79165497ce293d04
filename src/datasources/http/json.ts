/** Reads a source's JSON without losing digits: integers beyond 2^53 - 1 come out as text. */
import { parse as parseLossless } from 'lossless-json';

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * Whether sixteen or more digits in a row are more than a number can hold, be it in a text or not. Any such run stands on a multiple of
 * sixteen: looking there alone is twenty times faster than an expression.
 */
const hasLongRun = (text: string): boolean => {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let from = at;
    while (from > 0 && isDigit(text.charCodeAt(from - 1))) from -= 1;
    let to = at;
    while (isDigit(text.charCodeAt(to + 1))) to += 1;
    if (to - from >= 15 && !Number.isSafeInteger(Number(text.slice(from, to + 1)))) return true;
  }
  return false;
};

const LONG_INTEGER = /[[:,]\s*-?(\d{16,})(?=\s*[,\]}])/g;

const hasUnsafeInteger = (text: string): boolean => {
  // Hardly any answer holds such a run: one cheap look saves the careful one.
  if (!hasLongRun(text)) return false;
  for (const match of text.matchAll(LONG_INTEGER)) {
    if (!Number.isSafeInteger(Number(match[1]))) return true;
  }
  return false;
};

const numberOrText = (text: string): number | string => {
  const value = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? text : value;
};

/** Throws SyntaxError. The exact parser is ten times slower, so it is used only where a number asks for it. */
export const parseJson = (text: string): unknown =>
  hasUnsafeInteger(text) ? parseLossless(text, undefined, numberOrText) : JSON.parse(text);
