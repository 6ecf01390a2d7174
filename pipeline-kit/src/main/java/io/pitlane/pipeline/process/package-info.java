/** The child JVM that does one task, and how no process is ever orphaned. */
package io.pitlane.pipeline.process;
