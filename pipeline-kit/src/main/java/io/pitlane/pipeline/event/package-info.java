/** Events as they stand on their topics. */
package io.pitlane.pipeline.event;
