/** The file of a license, as far as it can be had. */
import { Field, ObjectType } from 'type-graphql';
import { KnownEnum } from './enums.js';
import { Count, DateTime, Url } from './scalars.js';

@ObjectType('LicenseDownload', {
  simpleResolvers: true,
  description:
    'A link of ours to the licensed file: for one caller, for ten minutes. The file is fetched when the link is first opened.',
})
export class LicenseDownloadType {
  @Field(() => KnownEnum, {
    description:
      'YES: a copy is here, or can be fetched. UNKNOWN: the source is asked when the link is first opened. NO: see reason.',
  })
  available!: string;
  @Field(() => String, { nullable: true, description: 'Why there is none, or what to expect.' })
  reason!: string | null;
  @Field(() => Url, {
    nullable: true,
    description:
      'Null where there is no file to be had. Needs no key: a password that ends soon. Errors when it is followed have the shape of GraphQL errors.',
  })
  url!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the link ends; sooner if the API key that asked for it does. Null without a link.',
  })
  expiresAt!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Of the bytes, such as `image/jpeg`. Null until the file was fetched, like the fields below.',
  })
  mimeType!: string | null;
  @Field(() => Count, { nullable: true, description: 'Size in bytes.' })
  length!: number | null;
  @Field(() => String, { nullable: true, description: 'The name that the source gave it, without what could do harm as a name.' })
  fileName!: string | null;
  @Field(() => String, { nullable: true, description: '`sha256:<hex>` of the bytes.' })
  contentHash!: string | null;
}
