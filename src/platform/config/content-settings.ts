import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { anyHost, flag, list, ProviderSettings } from './provider-settings.js';

/** A bucket that speaks S3, and how to get at it. */
export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
}

/** What goes together: all of it, or none. */
export const s3Variables = [
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;

/** Where the files of lectures are, and which are taken. */
export class ContentSettings extends ProviderSettings {
  /** A directory of this machine, unless there is a bucket. */
  @IsString()
  STORAGE_DIR = '.data/content';

  @IsOptional()
  @IsUrl(anyHost)
  S3_ENDPOINT?: string;

  @IsOptional()
  @IsString()
  S3_REGION?: string;

  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { message: 'S3_BUCKET must be the name of a bucket' })
  S3_BUCKET?: string;

  @IsOptional()
  @IsString()
  S3_ACCESS_KEY_ID?: string;

  @IsOptional()
  @IsString()
  S3_SECRET_ACCESS_KEY?: string;

  @Transform(flag)
  @IsIn([true, false], { message: 'S3_FORCE_PATH_STYLE must be true or false' })
  S3_FORCE_PATH_STYLE = false;

  /** Media types that lectures may have, comma separated. */
  @Transform(list)
  @Matches(/^[a-z]+\/[a-z0-9.+-]+$/, { each: true, message: 'CONTENT_TYPES must be a list of media types' })
  CONTENT_TYPES: string[] = [
    'video/mp4',
    'video/webm',
    'audio/mpeg',
    'audio/mp4',
    'application/pdf',
    'image/png',
    'image/jpeg',
    'text/plain',
    'text/markdown',
    'application/zip',
  ];

  /** The largest file; S3 takes none above 5 GB in one go. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5_000)
  CONTENT_MAX_MEGABYTES = 2_048;

  /** How long the address of a file is good for. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_440)
  CONTENT_URL_MINUTES = 60;

  /** Undefined when files are kept on disk. */
  get s3(): S3Access | undefined {
    const {
      S3_ENDPOINT: endpoint,
      S3_REGION: region,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      S3_FORCE_PATH_STYLE: pathStyle,
    } = this;
    if (!endpoint || !region || !bucket || !accessKeyId || !secretAccessKey) return undefined;
    return { endpoint: endpoint.replace(/\/$/, ''), region, bucket, accessKeyId, secretAccessKey, pathStyle };
  }
}
