/** What a technique implements, and what it is given: files, not Kafka. */
package io.pitlane.pipeline.stage;
