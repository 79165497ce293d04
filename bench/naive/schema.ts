/** The schema of the reference server, written first and by hand. */
export const typeDefs = `#graphql
  enum AssetSource { ADOBE_STOCK GETTY_IMAGES }
  enum AssetKind { PHOTO ILLUSTRATION VECTOR VIDEO AUDIO TEMPLATE THREE_D DOCUMENT OTHER }
  enum RightsModel { ROYALTY_FREE RIGHTS_MANAGED RIGHTS_READY OWNED UNKNOWN }
  enum Known { YES NO UNKNOWN }

  type Contributor { externalId: String name: String }
  type TermList { allowed: [String!]! restricted: [String!]! known: Boolean! }

  type Preview { role: String! url: String! width: Int height: Int watermarked: Boolean! }

  type Rights {
    model: RightsModel!
    editorialOnly: Known!
    attributionRequired: Known!
    modelReleased: Known!
    restrictions: [String!]!
    territories: TermList!
  }

  type Asset {
    id: ID!
    source: AssetSource!
    externalId: String!
    kind: AssetKind!
    title: String
    caption: String
    keywords: [String!]!
    contributor: Contributor
    creditLine: String
    copyrightNotice: String
    collection: String
    width: Int
    height: Int
    mimeType: String
    capturedAt: String
    aiGenerated: Known!
    licenseState: String
    pageUrl: String
    previews: [Preview!]!
    rights: Rights!
  }

  type Query {
    asset(id: ID!): Asset
    assets(ids: [ID!]!): [Asset]!
  }
`;
