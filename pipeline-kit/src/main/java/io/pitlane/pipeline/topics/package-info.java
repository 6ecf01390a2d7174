/**
 * The topics as they must be made: partitions, retention, compaction; and what each service must be
 * allowed to do with them.
 */
package io.pitlane.pipeline.topics;
