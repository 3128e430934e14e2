import { Moment, Text, WebAddress, Whole } from '../../platform/http/index.js';

export class UploadQuery {
  @Text({
    description: "The file's name, as it is told to who downloads it; the lecture's title unless given",
    optional: true,
    pattern: /^[^\u0000-\u001f\u007f/\\]+$/,
    wanted: 'a name without slashes and control characters',
  })
  fileName?: string;
}

class FileDto {
  @Text({ description: 'Name of the file' })
  fileName: string;

  @Text({ description: 'Media type' })
  mediaType: string;

  @Whole({ description: 'Bytes' })
  size: number;
}

export class UploadedContentDto extends FileDto {
  @Text({ description: 'SHA-256 of the bytes, hexadecimal', min: 64, max: 64 })
  checksum: string;

  @Moment({ description: 'Since when the lecture has it' })
  uploadedAt: Date;
}

export class ContentAddressDto extends FileDto {
  @WebAddress({ description: 'Where the file is. Good for who asked, until it expires, and while access stands' })
  url: string;

  @Moment({ description: 'Until when the address is good' })
  expiresAt: Date;
}
