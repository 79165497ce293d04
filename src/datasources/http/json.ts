/** Reads a source's JSON without losing digits: integers beyond 2^53 - 1 come out as text. */
import { parse as parseLossless } from 'lossless-json';

const SIXTEEN_DIGITS = /\d{16}/;
const LONG_INTEGER = /[[:,]\s*-?(\d{16,})(?=\s*[,\]}])/g;

const hasUnsafeInteger = (text: string): boolean => {
  // Hardly any answer holds sixteen digits in a row: one cheap look saves the careful one.
  if (!SIXTEEN_DIGITS.test(text)) return false;
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
