/** Image files of every supported format as pixels. */
package io.pitlane.data.decoding;
