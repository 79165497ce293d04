/** The asset of the reference server, as its schema shows it. */
export interface NaivePreview {
  readonly role: string;
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly watermarked: boolean;
}

export interface NaiveRights {
  readonly model: string;
  readonly editorialOnly: string;
  readonly attributionRequired: string;
  readonly modelReleased: string;
  readonly restrictions: readonly string[];
  readonly territories: { readonly allowed: readonly string[]; readonly restricted: readonly string[]; readonly known: boolean };
}

export interface NaiveAsset {
  readonly source: string;
  readonly externalId: string;
  readonly kind: string;
  readonly title: string | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
  readonly contributor: { readonly externalId: string | null; readonly name: string } | null;
  readonly creditLine: string | null;
  readonly copyrightNotice: string | null;
  readonly collection: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly mimeType: string | null;
  readonly capturedAt: string | null;
  readonly aiGenerated: string;
  readonly licenseState: string | null;
  readonly pageUrl: string | null;
  readonly previews: readonly NaivePreview[];
  readonly rights: NaiveRights;
}

export const NO_TERRITORIES = { allowed: [], restricted: [], known: false } as const;
