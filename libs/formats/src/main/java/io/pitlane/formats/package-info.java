/** Models in the formats of inference engines. */
package io.pitlane.formats;
