/** The main class of the child JVM, and its messages. It knows files, not Kafka. */
package io.pitlane.pipeline.child;
