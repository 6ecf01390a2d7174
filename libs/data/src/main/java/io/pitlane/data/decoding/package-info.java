/** Decodes image files to pixels. */
package io.pitlane.data.decoding;
