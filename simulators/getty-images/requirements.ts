/** What a product asks for before it lets a download through. */
import { PREMIUM_ACCESS, type Product, type Requirements } from './products.js';
import { refuse } from './replies.js';

/** The requirements in force: the product's own, or a project code where the switch demands one. */
export const requirementsOf = (product: Product, codeDemanded: boolean): Requirements =>
  codeDemanded && product.id === PREMIUM_ACCESS
    ? { ...product.download_requirements, is_project_code_required: true }
    : product.download_requirements;

/** Codes may come as one text with line breaks. */
const knownCodes = (requirements: Requirements): readonly string[] =>
  (requirements.project_codes ?? []).flatMap((text) => text.split('\n')).map((code) => code.trim());

export const checkRequirements = (requirements: Requirements, notes: string | null, code: string | null): void => {
  if (requirements.is_note_required && notes === null)
    refuse(400, 'InvalidRequestParameters', 'This product needs download notes.');
  if (!requirements.is_project_code_required) return;
  if (code === null) refuse(400, 'InvalidRequestParameters', 'This product needs a project code.');
  const codes = knownCodes(requirements);
  if (codes.length > 0 && code !== null && !codes.includes(code)) {
    refuse(400, 'InvalidRequestParameters', 'The project code is not one of this product.');
  }
};
