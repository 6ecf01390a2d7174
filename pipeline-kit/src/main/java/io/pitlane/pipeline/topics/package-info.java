/** The topics as they must be made: partitions, retention, compaction. */
package io.pitlane.pipeline.topics;
