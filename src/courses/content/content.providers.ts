import { mustHold } from '../../ledger/index.js';
import { BrowserCookie } from './browser-cookie.js';
import { ContentAddresses } from './content-addresses.js';
import { contentRules } from './content-rules.js';
import { ContentSignatures } from './content-signatures.js';
import { FindContent } from './find-content.js';
import { ServeContent } from './serve-content.js';
import { StoredObjects } from './stored-objects.js';
import { UploadContent } from './upload-content.js';

/** The files of lectures. */
export const content = [
  UploadContent,
  StoredObjects,
  FindContent,
  ContentSignatures,
  ContentAddresses,
  BrowserCookie,
  ServeContent,
  mustHold(contentRules),
];
