/** What runs in the child JVM. Knows files, not Kafka. */
package io.pitlane.pipeline.child;
