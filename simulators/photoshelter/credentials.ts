/** The one account and API key of the simulated organization; the parts that are secret carry the marker. */

import { SECRET_MARKER } from '../kit/types.js';

/** Eleven letters, digits, dots and underscores: the grammar of an API key leaves room for the marker and two more. */
export const API_KEY = `${SECRET_MARKER}.1`;
export const EMAIL = 'library@acme.example';
export const PASSWORD = `${SECRET_MARKER}-photoshelter-password+&=`;
export const ORGANIZATION_NAME = 'Acme Corporation';

export const passwordIsRight = (given: string): boolean => given === PASSWORD;
