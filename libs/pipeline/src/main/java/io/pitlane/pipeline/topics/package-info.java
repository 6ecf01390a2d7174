/** Topics: how they are created, which rights a service needs to them, and how they are read. */
package io.pitlane.pipeline.topics;
