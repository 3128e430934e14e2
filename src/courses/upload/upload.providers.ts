import { CheckUpload } from './check-upload.js';
import { UploadCourse } from './upload-course.js';

/** A whole course in one request. */
export const upload = [CheckUpload, UploadCourse];
