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
  @Field(() => KnownEnum, { description: 'UNKNOWN: the source is asked when the link is first opened.' })
  available!: string;
  @Field(() => String, { nullable: true, description: 'Why there is none, or what to expect.' })
  reason!: string | null;
  @Field(() => Url, { nullable: true, description: 'Null where there is no file to be had.' })
  url!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When the link ends.' })
  expiresAt!: string | null;
  @Field(() => String, { nullable: true, description: 'Null until the file was fetched, like the fields below.' })
  mimeType!: string | null;
  @Field(() => Count, { nullable: true, description: 'Bytes.' })
  length!: number | null;
  @Field(() => String, { nullable: true })
  fileName!: string | null;
  @Field(() => String, { nullable: true, description: '`sha256:<hex>` of the bytes.' })
  contentHash!: string | null;
}
