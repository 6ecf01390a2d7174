/** A broker that asks everybody who they are, to test with. */
package io.pitlane.kafka.secured;
