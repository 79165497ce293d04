/** What can be said of an endpoint's settings before anything is called: all complaints together. */
import type { AssetSource } from '../domain/ids.js';
import type { InputProblem } from '../domain/operation.js';
import type { AddressGuard } from '../domain/outbound-address.js';
import { strangeType } from './changes.service.js';

export interface EndpointSettings {
  readonly url: string;
  readonly types: readonly string[];
  readonly sources: readonly AssetSource[];
  readonly description: string | null;
}

const MAX_TYPES = 100;
const MAX_DESCRIPTION = 500;

export const checkEndpoint = (settings: EndpointSettings, guard: AddressGuard): readonly InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, message: string) => problems.push({ path, code: 'INVALID', message });
  const badUrl = guard.problemWith(settings.url);
  if (badUrl !== undefined) complain('url', badUrl);
  if (settings.types.length > MAX_TYPES)
    complain('types', `At most ${MAX_TYPES} types are taken; a beginning such as clearance.license.* names many.`);
  const strange = strangeType(settings.types);
  if (strange !== undefined) complain('types', `No event has the type "${strange.slice(0, 100)}". See the catalogue of events.`);
  if ((settings.description?.length ?? 0) > MAX_DESCRIPTION)
    complain('description', `A description has at most ${MAX_DESCRIPTION} characters.`);
  return problems;
};
