/** Where the money of licences waits to be earned: `liability:deferred:licences`, `revenue:licences`. */
export const LICENSES = 'licences';

/** What licences are to payment sessions. */
export const LICENSE_KIND = 'license';
