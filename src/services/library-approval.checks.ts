/** What can be said of a policy for a library without asking anybody: all complaints together. */
import type { AssetSource } from '../domain/ids.js';
import type { LibraryPolicy } from '../domain/library-approval.js';
import type { InputProblem } from '../domain/operation.js';
import { isRole, ROLES, type Role } from '../domain/roles.js';

export interface LibraryPolicyCommand {
  readonly source: AssetSource;
  readonly approvedBy: LibraryPolicy['approvedBy'];
  readonly field: string | null;
  readonly approvedValues: readonly string[];
  readonly rejectedValues: readonly string[];
  readonly galleryId: string | null;
  readonly seenBy: readonly Role[];
  readonly writeBack: boolean;
}

const MAX_WORD = 200;
const MAX_WORDS = 50;
const GALLERY_ID = /^[\w.-]{1,64}$/;

export const checkPolicy = (command: LibraryPolicyCommand): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string): void => {
    problems.push({ path, code, message });
  };
  const { approvedBy, field, approvedValues, rejectedValues, galleryId, seenBy, writeBack } = command;
  const unknown = (seenBy as readonly string[]).filter((role) => !isRole(role));
  if (unknown.length > 0) complain('seenBy', 'INVALID', `Roles are ${ROLES.join(', ')}.`);
  for (const [path, words] of [
    ['approvedValues', approvedValues],
    ['rejectedValues', rejectedValues],
  ] as const) {
    if (words.length > MAX_WORDS) complain(path, 'TOO_MANY', `At most ${MAX_WORDS} values.`);
    if (words.some((word) => word.trim() === '' || word.length > MAX_WORD))
      complain(path, 'INVALID', `A value has 1 to ${MAX_WORD} characters.`);
    if (approvedBy !== 'FIELD' && words.length > 0) complain(path, 'NOT_ALLOWED', 'Only with approvedBy FIELD.');
  }
  if (approvedValues.some((word) => rejectedValues.includes(word)))
    complain('rejectedValues', 'CONTRADICTION', 'A value cannot stand for both.');
  if (approvedBy === 'FIELD') {
    if (!field?.trim() || field.length > MAX_WORD)
      complain('field', 'REQUIRED', 'Name the field that says whether an asset is approved.');
    if (approvedValues.length === 0) complain('approvedValues', 'REQUIRED', 'Give the values that mean approved.');
    if (writeBack && rejectedValues.length === 0)
      complain('rejectedValues', 'REQUIRED', 'To write rejections back, give the value that means rejected.');
  } else if (field !== null) complain('field', 'NOT_ALLOWED', 'Only with approvedBy FIELD.');
  if (approvedBy === 'GALLERY') {
    if (galleryId === null || !GALLERY_ID.test(galleryId))
      complain('galleryId', 'REQUIRED', 'Name the gallery of approved assets.');
  } else if (galleryId !== null) complain('galleryId', 'NOT_ALLOWED', 'Only with approvedBy GALLERY.');
  return problems;
};
